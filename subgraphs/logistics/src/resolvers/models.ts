// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { ParcelLine } from '../domain/parcels.ts';
import type { Connection } from '@ordergraph/subgraph-server';
import type { DropReason } from '../domain/fix-filter.ts';
import type { LogisticsSettings as SettingsEntity } from '../entities/logistics-settings.entity.ts';
import type { Shipment as ShipmentEntity } from '../entities/shipment.entity.ts';
import type { TrackingEvent as TrackingEventEntity } from '../entities/tracking-event.entity.ts';
import type { LivePosition } from '../tracking/live-position.ts';
import type { Access } from '../domain/access.ts';

/** A parcel, for one caller. */
export interface Shipment {
  readonly row: ShipmentEntity;
  readonly access: Access;
}

export type ShipmentConnection = Connection<Shipment>;
export type TrackingEvent = TrackingEventEntity;
export type TrackingEventConnection = Connection<TrackingEventEntity>;
export type LogisticsSettings = Pick<SettingsEntity, 'isDispatchAutomatic' | 'dispatchDelaySeconds' | 'version'>;

/** An order of another subgraph, by its id in the API. */
export interface Order {
  readonly id: string;
}

/** Fixes that were not believed. */
export interface DroppedFixes {
  readonly reason: DropReason;
  readonly count: number;
}

/** A position on its way to a subscriber. */
export interface ShipmentLocationUpdate {
  readonly cursor: string;
  readonly isSnapshot: boolean;
  readonly access: Access;
  readonly position: LivePosition;
}

/** A change of a parcel on its way to a subscriber. */
export interface ShipmentUpdate {
  readonly cursor: string;
  readonly isSnapshot: boolean;
  readonly shipment: Shipment;
  readonly event: TrackingEventEntity | null;
}

/** A line of a parcel; the id of its order line is the bare one. */
export type ShipmentLine = ParcelLine;
