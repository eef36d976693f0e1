import { useEffect, useRef, useState } from 'react';
import {
  StorefrontShipmentLocationUpdatedDocument,
  StorefrontShipmentUpdatedDocument,
  type ShipmentCardFragment,
  type ShipmentEtaFragment,
  type ShipmentPositionFragment,
} from '../../generated/operations.ts';
import type { LiveState } from '../live/follow.ts';
import { useLive } from '../live/use-live.ts';
import type { Fix } from '../map/glide.ts';
import { formatClock } from '../words.ts';
import { announcement, settled, type Told } from './parcel-words.ts';

/** How one came to a parcel: as its customer, or with the token of a link. */
export interface ParcelName {
  readonly shipmentId: string;
  readonly trackingToken: string | null;
}

/** A parcel as it is at this moment. */
export interface FollowedParcel {
  readonly status: string;
  readonly isStale: boolean;
  readonly eta: ShipmentEtaFragment | null;
  readonly fix: Fix | null;
  readonly lastHeardAt: string | null;
  readonly live: LiveState;
  /** For who listens instead of looking: what was worth saying last. */
  readonly spoken: string;
}

interface Position {
  readonly status: string;
  readonly isStale: boolean;
  readonly eta: ShipmentEtaFragment | null;
  readonly location: ShipmentPositionFragment | null;
}

/** Follows a parcel: its states without a gap, its positions as they come. */
export function useParcel(shipment: ShipmentCardFragment, { shipmentId, trackingToken }: ParcelName): FollowedParcel {
  const [position, setPosition] = useState<Position>(shipment);
  const [eta, setEta] = useState(shipment.eta);
  const [fix, setFix] = useState<NumberedFix | null>(() => fixOf(shipment.location, true));
  const variables = trackingToken === null ? { shipmentId } : { trackingToken };
  const live = useLive(StorefrontShipmentUpdatedDocument, {
    variables,
    cursorOf: ({ shipmentUpdated }) => shipmentUpdated.cursor,
  });
  useLive(StorefrontShipmentLocationUpdatedDocument, {
    variables,
    cursorOf: ({ shipmentLocationUpdated }) => shipmentLocationUpdated.cursor,
    onUpdate: ({ shipmentLocationUpdated: update }) => take(update, update.isSnapshot),
  });

  function take(next: Position, isOld: boolean): void {
    setPosition(next);
    setEta((shown) => (settled(shown, next.eta) === shown ? mergeDistance(shown, next.eta) : next.eta));
    setFix((known) => {
      const found = fixOf(next.location, isOld);
      return found && known?.sequence === found.sequence ? known : found;
    });
  }

  // Where no stream is to be had, the parcel itself is asked for now and then; it is the newer one then.
  const asked = useRef(shipment);
  useEffect(() => {
    if (asked.current === shipment) return;
    asked.current = shipment;
    const isNewer = (shipment.location?.sequence ?? 0) > (position.location?.sequence ?? 0);
    if (isNewer || shipment.status !== position.status)
      take({ ...shipment, location: shipment.location ?? null }, false);
  }, [shipment]);

  const { status, isStale, location } = position;
  return {
    status,
    isStale,
    eta,
    fix,
    lastHeardAt: location?.recordedAt ?? null,
    live,
    spoken: useSpoken({ status, expectedAt: eta?.expectedAt ?? null }),
  };
}

interface NumberedFix extends Fix {
  readonly sequence: number;
}

/** The fix as the map wants it. One that was on the server before we came is as old as its own time says. */
function fixOf(location: ShipmentPositionFragment | null, isOld: boolean): NumberedFix | null {
  if (!location) return null;
  const ageMs = isOld ? Math.max(0, Date.now() - Date.parse(location.recordedAt)) : 0;
  return {
    latitude: location.point.latitude,
    longitude: location.point.longitude,
    headingDegrees: location.headingDegrees ?? null,
    receivedAtMs: performance.now() - ageMs,
    sequence: location.sequence,
  };
}

/** The way that is left may change while the time that is shown stays. */
function mergeDistance(
  shown: ShipmentEtaFragment | null,
  next: ShipmentEtaFragment | null,
): ShipmentEtaFragment | null {
  if (!shown || !next || shown.distanceRemainingMeters === next.distanceRemainingMeters) return shown;
  return { ...shown, distanceRemainingMeters: next.distanceRemainingMeters, stopsRemaining: next.stopsRemaining };
}

function useSpoken(now: Told): string {
  const [spoken, setSpoken] = useState('');
  const told = useRef(now);
  useEffect(() => {
    const words = announcement(told.current, now, formatClock);
    if (words === null) return;
    told.current = now;
    setSpoken(words);
  }, [now.status, now.expectedAt]);
  return spoken;
}
