import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { InventoryLevel, inventoryLevel, inventoryLevels, StockMovement } from './inventory-level.ts';
import { inventoryLevelUpdated, InventoryLevelUpdate } from './inventory-level-updated.ts';
import { inventorySettings, inventorySettingsUpdate } from './inventory-settings.ts';
import { Location, location, locations, locationUpsert } from './location.ts';
import { ProductVariant } from './product-variant.ts';
import { inventoryAdjust, inventoryOverrideSet, inventorySet, stockReservationRelease } from './stock-mutations.ts';
import { Order, StockReservation, stockReservations } from './stock-reservation.ts';

const deadLetters = deadLetterResolvers('inventory', 'inventory');

/** The resolver map of inventory. */
export const resolvers = {
  Query: {
    location,
    locations,
    inventoryLevel,
    inventoryLevels,
    stockReservations,
    inventorySettings,
    ...deadLetters.queries,
  },
  Mutation: {
    inventoryAdjust,
    inventorySet,
    inventoryOverrideSet,
    stockReservationRelease,
    locationUpsert,
    inventorySettingsUpdate,
    ...deadLetters.mutations,
  },
  Subscription: { inventoryLevelUpdated },
  Location,
  InventoryLevel,
  InventoryLevelUpdate,
  StockMovement,
  StockReservation,
  ProductVariant,
  Order,
};
