import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Actor } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';

const InventoryLevelSchema = defineEntity({
  name: 'InventoryLevel',
  ...tenantTable('inventory', 'level', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    variantId: p.uuid(),
    locationId: p.uuid(),
    onHand: p.integer(),
    reserved: p.integer(),
    allocated: p.integer(),
    safetyStock: p.integer(),
    backorderLimit: p.integer(),
    // Null: the merchant's default.
    lowStockThreshold: p.integer().nullable(),
    overrideQuantity: p.integer().nullable(),
    overrideReason: p.text().nullable(),
    overrideExpiresAt: p.datetime(3).nullable(),
    overrideActorType: p.text().$type<Actor['type']>().nullable(),
    overrideActorId: p.uuid().nullable(),
    overrideAt: p.datetime(3).nullable(),
    updatedAt: p.datetime(3),
    // Counted by the ledger's statement, one per movement.
    version: p.integer(),
  },
  checks: [
    { name: 'level_on_hand_check', expression: 'on_hand >= 0' },
    { name: 'level_reserved_check', expression: 'reserved >= 0' },
    { name: 'level_allocated_check', expression: 'allocated >= 0' },
  ],
  uniques: [{ properties: ['tenantId', 'variantId', 'locationId'] }],
  indexes: [
    { properties: ['tenantId', 'id'] },
    { properties: ['tenantId', 'locationId'] },
    {
      name: 'level_override_expires_at_index',
      properties: ['overrideExpiresAt'],
      expression:
        'create index "level_override_expires_at_index" on "inventory"."level" ("override_expires_at") where "override_expires_at" is not null',
    },
  ],
});

/** One variant at one location. Changed by the ledger only, together with the movement that says why. */
export class InventoryLevel extends InventoryLevelSchema.class {}
InventoryLevelSchema.setClass(InventoryLevel);
