import { bearingDegrees, between, distanceMeters, type Place } from './geometry.ts';

/** A way that is measured from its start, in metres. */
export interface Route {
  readonly places: readonly Place[];
  /** For each place its distance from the start, along the way. */
  readonly distances: readonly number[];
  readonly length: number;
}

/** Measures a way. Null when it has fewer than two different places. */
export function measureRoute(places: readonly Place[]): Route | null {
  const kept = places.filter((place, index) => {
    const before = places[index - 1];
    return before === undefined || distanceMeters(before, place) > 0;
  });
  if (kept.length < 2) return null;
  const distances = [0];
  for (let index = 1; index < kept.length; index++) {
    const [from, to] = [kept[index - 1], kept[index]];
    if (from && to) distances.push((distances[index - 1] ?? 0) + distanceMeters(from, to));
  }
  return { places: kept, distances, length: distances.at(-1) ?? 0 };
}

/** The place so many metres from the start, with the direction of the way there. Beyond an end: that end. */
export function placeAt(route: Route, meters: number): Place & { readonly headingDegrees: number } {
  const along = Math.min(Math.max(meters, 0), route.length);
  const segment = segmentAt(route, along);
  const [from, to] = [placeOf(route, segment), placeOf(route, segment + 1)];
  const start = route.distances[segment] ?? 0;
  const span = (route.distances[segment + 1] ?? start) - start;
  return {
    ...between(from, to, span > 0 ? (along - start) / span : 0),
    headingDegrees: bearingDegrees(from, to),
  };
}

/** The part of the way from its start, for drawing what is done. */
export function wayUntil(route: Route, meters: number): Place[] {
  const along = Math.min(Math.max(meters, 0), route.length);
  const done = route.places.filter((_place, index) => (route.distances[index] ?? 0) < along);
  const { latitude, longitude } = placeAt(route, along);
  return [...done, { latitude, longitude }];
}

/**
 * Finds where on the way a place is. Ways cross themselves and come back, so a place that fits as well as another counts
 * where it is nearest to `expectedMeters`.
 */
export function nearestOnRoute(
  route: Route,
  place: Place,
  expectedMeters: number,
): { readonly meters: number; readonly offMeters: number } {
  let best = { meters: 0, offMeters: Number.POSITIVE_INFINITY };
  let bestScore = Number.POSITIVE_INFINITY;
  for (let segment = 0; segment + 1 < route.places.length; segment++) {
    const found = onSegment(route, segment, place);
    // A metre off the way weighs as much as a hundred metres along it: enough to choose between two passes.
    const score = found.offMeters + Math.abs(found.meters - expectedMeters) / 100;
    if (score >= bestScore) continue;
    bestScore = score;
    best = found;
  }
  return best;
}

function onSegment(route: Route, segment: number, place: Place): { meters: number; offMeters: number } {
  const [from, to] = [placeOf(route, segment), placeOf(route, segment + 1)];
  // A plane is exact enough within one street.
  const shrink = Math.cos((place.latitude * Math.PI) / 180);
  const [dx, dy] = [(to.longitude - from.longitude) * shrink, to.latitude - from.latitude];
  const [px, py] = [(place.longitude - from.longitude) * shrink, place.latitude - from.latitude];
  const square = dx * dx + dy * dy;
  const share = square > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / square)) : 0;
  const start = route.distances[segment] ?? 0;
  const span = (route.distances[segment + 1] ?? start) - start;
  return { meters: start + span * share, offMeters: distanceMeters(place, between(from, to, share)) };
}

/** The last segment that begins at or before the distance; by halves, for it is asked in every frame. */
function segmentAt({ distances }: Route, along: number): number {
  let low = 0;
  let high = distances.length - 2;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((distances[middle] ?? 0) <= along) low = middle;
    else high = middle - 1;
  }
  return low;
}

function placeOf({ places }: Route, index: number): Place {
  const place = places[Math.min(index, places.length - 1)];
  if (!place) throw new Error('A measured route has at least two places.');
  return place;
}
