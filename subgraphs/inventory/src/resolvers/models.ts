// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection, LiveUpdate } from '@ordergraph/subgraph-server';
import type { InventoryLevel as InventoryLevelEntity } from '../entities/inventory-level.entity.ts';
import type { Location as LocationEntity } from '../entities/location.entity.ts';
import type { StockMovement as StockMovementEntity } from '../entities/stock-movement.entity.ts';
import type { StockReservation as StockReservationEntity } from '../entities/stock-reservation.entity.ts';

export type InventoryLevel = InventoryLevelEntity;
export type InventoryLevelConnection = Connection<InventoryLevelEntity>;
export type InventoryLevelUpdate = LiveUpdate<InventoryLevelEntity>;
export type Location = LocationEntity;
export type StockMovement = StockMovementEntity;
export type StockMovementConnection = Connection<StockMovementEntity>;
export type StockReservation = StockReservationEntity;
export type StockReservationConnection = Connection<StockReservationEntity>;

/** Catalog's; inventory knows the UUID. */
export interface ProductVariant {
  readonly id: string;
}

/** Orders'; inventory knows the UUID. */
export interface Order {
  readonly id: string;
}
