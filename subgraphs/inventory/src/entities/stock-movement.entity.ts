import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Actor } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';
import type { MovementKind } from '../domain/movement.ts';

const StockMovementSchema = defineEntity({
  name: 'StockMovement',
  ...tenantTable('inventory', 'movement'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    levelId: p.uuid(),
    variantId: p.uuid(),
    locationId: p.uuid(),
    kind: p.text().$type<MovementKind>(),
    deltaOnHand: p.integer(),
    deltaReserved: p.integer(),
    deltaAllocated: p.integer(),
    availableAfter: p.integer(),
    reason: p.text().nullable(),
    reference: p.text().nullable(),
    actorType: p.text().$type<Actor['type']>(),
    actorId: p.uuid().nullable(),
    cartId: p.uuid().nullable(),
    orderId: p.uuid().nullable(),
    reservationId: p.uuid().nullable(),
    refundId: p.uuid().nullable(),
    orderLineId: p.uuid().nullable(),
    occurredAt: p.datetime(3),
  },
  indexes: [
    { properties: ['tenantId', 'levelId', 'occurredAt', 'id'] },
    // A line of a refund goes back on one shelf once, and out of one claim once.
    {
      name: 'movement_refund_line_unique',
      properties: ['tenantId', 'refundId', 'orderLineId', 'levelId', 'kind', 'reservationId'],
      expression:
        'create unique index "movement_refund_line_unique" on "inventory"."movement" ("tenant_id", "refund_id", "order_line_id", "level_id", "kind", "reservation_id") nulls not distinct where "refund_id" is not null',
    },
  ],
});

/** A line of the stock ledger. Only ever added: the application's role may not change or delete one. */
export class StockMovement extends StockMovementSchema.class {}
StockMovementSchema.setClass(StockMovement);
