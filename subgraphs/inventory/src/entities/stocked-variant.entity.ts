import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const StockedVariantSchema = defineEntity({
  name: 'StockedVariant',
  ...tenantTable('inventory', 'variant'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    sku: p.text(),
    requiresShipping: p.boolean(),
  },
  indexes: [{ properties: ['tenantId', 'sku'] }],
});

/** What inventory knows of catalog's variants, from its events. */
export class StockedVariant extends StockedVariantSchema.class {}
StockedVariantSchema.setClass(StockedVariant);
