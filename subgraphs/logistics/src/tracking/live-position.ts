import type { LiveNotice, LiveSubject } from '@ordergraph/live';
import type { Fix } from '../domain/fix-filter.ts';
import { isAwaited, shownSince, type ShipmentStatus } from '../domain/shipment-status.ts';
import type { Position } from '../entities/position.entity.ts';
import type { Shipment } from '../entities/shipment.entity.ts';

/** What watchers of a parcel's position wait for. */
export const locationSubject = (shipmentId: string): LiveSubject => ['shipment-location', shipmentId];

/** What watchers of everything else about a parcel wait for. */
export const shipmentSubject = (shipmentId: string): LiveSubject => ['shipment', shipmentId];

/** Where a parcel is and when it will arrive, at one moment: all that a tick needs. Who may see it is asked when it is shown. */
export interface LivePosition {
  readonly shipmentId: string;
  readonly fix: Fix | null;
  readonly sequence: number;
  readonly heardAt: string | null;
  readonly isStale: boolean;
  readonly status: ShipmentStatus;
  /** Since when others than the merchant may see it; null while they may not. */
  readonly shownSince: string | null;
  readonly estimate: {
    readonly expectedAt: string;
    readonly latestAt: string;
    readonly computedAt: string;
    readonly metersLeft: number | null;
    readonly stopsLeft: number | null;
  } | null;
}

/** Grows with every fix, with going stale and coming back, and with every change of the parcel. */
export function versionOf(shipment: Shipment, position: Position | null): number {
  return shipment.version + 2 * (position?.sequence ?? 0) + (position?.isStale ? 1 : 0);
}

/** The position of a parcel as watchers get it. */
export function livePosition(shipment: Shipment, position: Position | null): LivePosition {
  const { expectedAt, latestAt, estimatedAt, metersLeft, stopsLeft } = shipment;
  return {
    shipmentId: shipment.id,
    fix: position?.fix ?? null,
    sequence: position?.sequence ?? 0,
    heardAt: position?.heardAt?.toISOString() ?? null,
    isStale: position?.isStale ?? false,
    status: shipment.status,
    shownSince: shownSince(shipment)?.toISOString() ?? null,
    estimate:
      isAwaited(shipment) && expectedAt && latestAt && estimatedAt
        ? {
            expectedAt: expectedAt.toISOString(),
            latestAt: latestAt.toISOString(),
            computedAt: estimatedAt.toISOString(),
            metersLeft: metersLeft ?? null,
            stopsLeft: stopsLeft ?? null,
          }
        : null,
  };
}

/** The notice of a new position, which carries all of it, so that nobody has to read it from the database. */
export const noticeOf = (shipment: Shipment, position: Position | null): LiveNotice => ({
  version: versionOf(shipment, position),
  position: livePosition(shipment, position),
});
