import polyline from '@mapbox/polyline';
import CheapRuler from 'cheap-ruler';
import { LRUCache } from 'lru-cache';
import type { Point } from '../domain/geo.ts';

/** A planned way, measured once. */
export interface Route {
  readonly meters: number;
  /** Metres from here to the end along the way, for the nearest point of it. */
  metersLeft(from: Point): number;
  /** The way up to so many metres before its end, encoded; null when nothing is left. */
  shortenedBy(meters: number): string | null;
}

// Measuring a way takes longer than asking it, and each parcel asks every five seconds.
const routes = new LRUCache<string, Route>({ max: 2_000 });

/** Reads an encoded polyline with 5 decimals. Null for one without a stretch. */
export function readRoute(encoded: string): Route | null {
  const known = routes.get(encoded);
  if (known) return known;
  const line = polyline.decode(encoded).map(([latitude, longitude]): [number, number] => [longitude, latitude]);
  const first = line[0];
  if (!first || line.length < 2) return null;
  const ruler = new CheapRuler(first[1], 'meters');
  const lengths = line.map((point, index) => {
    const before = line[index - 1];
    return before ? ruler.distance(before, point) : 0;
  });
  // From each corner to the end.
  const rest = lengths.map(() => 0);
  for (let index = line.length - 2; index >= 0; index -= 1)
    rest[index] = (rest[index + 1] ?? 0) + (lengths[index + 1] ?? 0);
  const route: Route = {
    meters: rest[0] ?? 0,
    metersLeft({ latitude, longitude }) {
      const { point, index } = ruler.pointOnLine(line, [longitude, latitude]);
      const corner = line[index + 1];
      return (rest[index + 1] ?? 0) + (corner ? ruler.distance(point, corner) : 0);
    },
    shortenedBy(meters) {
      const length = (rest[0] ?? 0) - meters;
      if (length <= 0) return null;
      const part = ruler.lineSliceAlong(0, length, line);
      return polyline.encode(part.map(([longitude, latitude]) => [latitude, longitude]));
    },
  };
  routes.set(encoded, route);
  return route;
}
