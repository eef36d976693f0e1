import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const ShippingMethodSchema = defineEntity({
  name: 'ShippingMethod',
  ...tenantTable('orders', 'shipping_method'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    handle: p.text(),
    title: p.text(),
    priceMinor: p.bigint(),
    currencyCode: p.text(),
    freeFromMinor: p.bigint().nullable(),
    countryCodes: p.array(),
    carrierCode: p.text(),
    isActive: p.boolean(),
  },
  uniques: [{ properties: ['tenantId', 'handle'] }],
});

/** A way to ship at a flat price. */
export class ShippingMethod extends ShippingMethodSchema.class {}
ShippingMethodSchema.setClass(ShippingMethod);
