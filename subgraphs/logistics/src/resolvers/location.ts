import type { DeliveryEstimate, ShipmentLocation } from '../../generated/graphql.ts';
import { sinceFor, type Access } from '../domain/access.ts';
import type { LivePosition } from '../tracking/live-position.ts';

/** The last accepted fix as callers get it; null before there is one that they may see. */
export function renderLocation(
  access: Access,
  { fix, sequence, heardAt, shownSince }: LivePosition,
): ShipmentLocation | null {
  if (fix === null || heardAt === null) return null;
  const since = sinceFor(access, shownSince === null ? null : new Date(shownSince));
  if (since === null || fix.recordedAt < since.getTime()) return null;
  const { latitude, longitude, headingDegrees, speedMetersPerSecond, accuracyMeters } = fix;
  return {
    point: { latitude, longitude },
    recordedAt: new Date(fix.recordedAt),
    receivedAt: new Date(heardAt),
    headingDegrees,
    speedMetersPerSecond,
    accuracyMeters,
    sequence,
  };
}

/** The estimate as callers get it; null before there is one. */
export function renderEstimate({ estimate }: LivePosition): DeliveryEstimate | null {
  if (estimate === null) return null;
  return {
    expectedAt: new Date(estimate.expectedAt),
    latestAt: new Date(estimate.latestAt),
    computedAt: new Date(estimate.computedAt),
    distanceRemainingMeters: estimate.metersLeft,
    stopsRemaining: estimate.stopsLeft,
  };
}
