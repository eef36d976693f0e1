import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { InventoryLevel } from './entities/inventory-level.entity.ts';
import { InventorySettings } from './entities/inventory-settings.entity.ts';
import { Location } from './entities/location.entity.ts';
import { StockAnswer } from './entities/stock-answer.entity.ts';
import { StockMovement } from './entities/stock-movement.entity.ts';
import { StockReservation } from './entities/stock-reservation.entity.ts';
import { StockedVariant } from './entities/stocked-variant.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';
import { tasks } from './tasks/index.ts';

export { findDefaultLocation } from './commands/locations.ts';
export { findReceivedUnits } from './commands/find-received-units.ts';
export { receiveStock } from './commands/receive-stock.ts';
export type { Receipt } from './commands/receive-stock.ts';
export { adjustStock } from './commands/adjust-stock.ts';
export type { Adjustment, AdjustmentChange } from './commands/adjust-stock.ts';

/** Inventory: how many of each variant lie where, and who has a claim on them. */
export const definition = defineSubgraph({
  name: 'inventory',
  entities: [InventoryLevel, InventorySettings, Location, StockAnswer, StockMovement, StockReservation, StockedVariant],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  tasks,
  liveSubjects: { InventoryUpdated: ({ levelId }) => [['level', levelId]] },
  scopes: { inventoryOverrideSet: 'write_stock_overrides' },
  grants: [
    'grant select ("tenant_id", "cart_id", "status", "expires_at") on "inventory"."reservation" to "relay_inventory"',
    'grant select ("tenant_id", "id", "override_expires_at") on "inventory"."level" to "relay_inventory"',
    // The ledger is only ever added to.
    'revoke update, delete on "inventory"."movement" from "app_inventory"',
  ],
});
