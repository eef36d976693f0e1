/** A point on the ground, in degrees (WGS 84). */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** One straight piece. */
export type Street = readonly [Place, Place];

/** The streets that vehicles of the installation at `origin` drive on. */
export async function readStreets(origin: string): Promise<Street[]> {
  const { features } = (await (await fetch(`${origin}/carriers/simulator/roads.json`)).json()) as {
    features: { geometry: { coordinates: [number, number][] } }[];
  };
  return features.flatMap(({ geometry: { coordinates } }) =>
    coordinates.slice(1).map(([longitude, latitude], index): Street => {
      const [fromLongitude = 0, fromLatitude = 0] = coordinates[index] ?? [];
      return [
        { latitude: fromLatitude, longitude: fromLongitude },
        { latitude, longitude },
      ];
    }),
  );
}

/** How far a place is from the nearest street, in metres, on a plane: exact enough within a city. */
export function offStreets(streets: readonly Street[], place: Place): number {
  return Math.min(
    ...streets.map(([from, to]) => {
      const shrink = Math.cos((place.latitude * Math.PI) / 180);
      const [dx, dy] = [(to.longitude - from.longitude) * shrink, to.latitude - from.latitude];
      const [px, py] = [(place.longitude - from.longitude) * shrink, place.latitude - from.latitude];
      const share = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(px - dx * share, py - dy * share) * 111_195;
    }),
  );
}

/** How far two places of one city are from each other, in metres. */
export const metersBetween = (one: Place, other: Place): number => offStreets([[one, one]], other);
