import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const StockReservationSchema = defineEntity({
  name: 'StockReservation',
  ...tenantTable('inventory', 'reservation', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    cartId: p.uuid(),
    orderId: p.uuid().nullable(),
    levelId: p.uuid(),
    variantId: p.uuid(),
    locationId: p.uuid(),
    quantity: p.integer(),
    // Units that have left. SHIPPED once all of them have, but for those that were given back.
    shippedQuantity: p.integer().default(0),
    // Units given back one by one, by refunds of what never left.
    releasedQuantity: p.integer().default(0),
    status: p.text().$type<'HELD' | 'ALLOCATED' | 'SHIPPED' | 'RELEASED' | 'EXPIRED'>(),
    // Null once allocated.
    expiresAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
  },
  checks: [
    { name: 'reservation_quantity_check', expression: 'quantity > 0' },
    {
      name: 'reservation_shipped_check',
      expression: `shipped_quantity >= 0 and released_quantity >= 0 and shipped_quantity + released_quantity <= quantity and (status = 'SHIPPED') = (shipped_quantity > 0 and shipped_quantity + released_quantity = quantity)`,
    },
  ],
  indexes: [
    { properties: ['tenantId', 'cartId'] },
    { properties: ['tenantId', 'orderId'] },
    { properties: ['tenantId', 'variantId'] },
    { properties: ['tenantId', 'createdAt', 'id'] },
    {
      name: 'reservation_held_index',
      properties: ['tenantId', 'levelId', 'expiresAt'],
      expression:
        'create index "reservation_held_index" on "inventory"."reservation" ("tenant_id", "level_id", "expires_at") where "status" = \'HELD\'',
    },
    {
      name: 'reservation_due_index',
      properties: ['expiresAt'],
      expression:
        'create index "reservation_due_index" on "inventory"."reservation" ("expires_at") where "status" = \'HELD\'',
    },
  ],
});

/** A claim on stock: held during checkout, allocated once the order is confirmed. */
export class StockReservation extends StockReservationSchema.class {}
StockReservationSchema.setClass(StockReservation);
