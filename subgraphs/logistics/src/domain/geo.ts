/** A WGS 84 position in degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusMeters = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres between two positions along the surface (haversine). */
export function metersBetween(from: Point, to: Point): number {
  const latitude = radians(to.latitude - from.latitude) / 2;
  const longitude = radians(to.longitude - from.longitude) / 2;
  const h =
    Math.sin(latitude) ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(longitude) ** 2;
  return 2 * earthRadiusMeters * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Metres from a place to the nearest point of a stretch that is short enough for the earth to be flat under it. */
export function metersToStretch(place: Point, start: Point, end: Point): number {
  const shrink = Math.cos(radians(place.latitude));
  const eastOf = (point: Point): number => radians(point.longitude - place.longitude) * shrink * earthRadiusMeters;
  const northOf = (point: Point): number => radians(point.latitude - place.latitude) * earthRadiusMeters;
  const [east, north] = [eastOf(start), northOf(start)];
  const [alongEast, alongNorth] = [eastOf(end) - east, northOf(end) - north];
  const squared = alongEast ** 2 + alongNorth ** 2;
  const share = squared === 0 ? 0 : Math.min(1, Math.max(0, -(east * alongEast + north * alongNorth) / squared));
  return Math.hypot(east + share * alongEast, north + share * alongNorth);
}

/** Whether this can be a place: on earth, and not (0, 0), which is what a receiver says that knows nothing. */
export function isPlace({ latitude, longitude }: Point): boolean {
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return isOnEarth && !(Math.abs(latitude) < 1e-9 && Math.abs(longitude) < 1e-9);
}

/** The place to about 100 metres: three decimals. */
export const rounded = ({ latitude, longitude }: Point): Point => ({
  latitude: Math.round(latitude * 1_000) / 1_000,
  longitude: Math.round(longitude * 1_000) / 1_000,
});
