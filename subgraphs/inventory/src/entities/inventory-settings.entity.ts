import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const InventorySettingsSchema = defineEntity({
  name: 'InventorySettings',
  ...tenantTable('inventory', 'settings'),
  properties: {
    tenantId: p.uuid().primary(),
    allocationStrategy: p.text().$type<'LOCATION_PRIORITY' | 'FEWEST_SPLITS'>(),
    defaultLowStockThreshold: p.integer(),
    showsQuantity: p.boolean(),
    version: p.integer().version(),
  },
});

/** How a merchant's stock behaves. */
export class InventorySettings extends InventorySettingsSchema.class {}
InventorySettingsSchema.setClass(InventorySettings);
