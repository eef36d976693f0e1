import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const CheckoutCartSchema = defineEntity({
  name: 'CheckoutCart',
  ...tenantTable('payments', 'checkout_cart'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    cartVersion: p.integer(),
    customerId: p.uuid().strictNullable(),
    totalMinor: p.bigint(),
    currencyCode: p.text(),
    isInCheckout: p.boolean(),
    expiresAt: p.datetime(3),
  },
});

/** Copy of a cart in checkout: what it costs, to the cent, until when. */
export class CheckoutCart extends CheckoutCartSchema.class {}
CheckoutCartSchema.setClass(CheckoutCart);
