/** A place on the earth, in degrees (WGS 84). */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusMeters = 6_371_008.8;
const radians = Math.PI / 180;

/** The distance on the sphere (haversine), in metres. */
export function distanceMeters(from: Place, to: Place): number {
  const halfLatitude = ((to.latitude - from.latitude) * radians) / 2;
  const halfLongitude = ((to.longitude - from.longitude) * radians) / 2;
  const square =
    Math.sin(halfLatitude) ** 2 +
    Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * Math.sin(halfLongitude) ** 2;
  return 2 * earthRadiusMeters * Math.asin(Math.min(1, Math.sqrt(square)));
}

/** The initial bearing of the great circle, clockwise from north in degrees, 0 to 360. */
export function bearingDegrees(from: Place, to: Place): number {
  const longitude = (to.longitude - from.longitude) * radians;
  const [a, b] = [from.latitude * radians, to.latitude * radians];
  const y = Math.sin(longitude) * Math.cos(b);
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(longitude);
  return (Math.atan2(y, x) / radians + 360) % 360;
}

/** A place on the straight line between two places that are near each other; 0 is the first, 1 the second. */
export function between(from: Place, to: Place, share: number): Place {
  return {
    latitude: from.latitude + (to.latitude - from.latitude) * share,
    longitude: from.longitude + (to.longitude - from.longitude) * share,
  };
}

/** How far to turn from one heading to another, by the shorter way: −180 to 180 degrees. */
export function shorterTurn(fromDegrees: number, toDegrees: number): number {
  return ((((toDegrees - fromDegrees) % 360) + 540) % 360) - 180;
}

/**
 * Decodes an encoded polyline (Google's algorithm: differences, zigzag, base 64 in steps of 5 bits), 5 decimals. What is
 * cut off in the middle of a number is left out.
 */
export function decodePolyline(text: string): Place[] {
  const places: Place[] = [];
  let index = 0;
  const sums = [0, 0];
  const next = (): number | null => {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      if (index >= text.length) return null;
      const chunk = text.charCodeAt(index++) - 63;
      value |= (chunk & 0x1f) << shift;
      if (chunk < 0x20) return value & 1 ? ~(value >> 1) : value >> 1;
    }
  };
  while (index < text.length) {
    const latitude = next();
    const longitude = next();
    if (latitude === null || longitude === null) break;
    sums[0] = (sums[0] ?? 0) + latitude;
    sums[1] = (sums[1] ?? 0) + longitude;
    places.push({ latitude: sums[0] / 1e5, longitude: sums[1] / 1e5 });
  }
  return places;
}
