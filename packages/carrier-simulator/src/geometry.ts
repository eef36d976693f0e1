/** A position: latitude and longitude in degrees. */
export type LatLng = readonly [latitude: number, longitude: number];

const metersPerDegree = 111_195;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Metres between two positions of one city, on a plane that touches it. */
export function metersBetween([lat1, lng1]: LatLng, [lat2, lng2]: LatLng): number {
  const north = (lat2 - lat1) * metersPerDegree;
  const east = (lng2 - lng1) * metersPerDegree * Math.cos(radians((lat1 + lat2) / 2));
  return Math.hypot(north, east);
}

/** The position so many metres north and east of another. */
export function moved([latitude, longitude]: LatLng, north: number, east: number): LatLng {
  return [latitude + north / metersPerDegree, longitude + east / (metersPerDegree * Math.cos(radians(latitude)))];
}

/** The direction from one position to another, in degrees clockwise from north. */
export function headingOf([lat1, lng1]: LatLng, [lat2, lng2]: LatLng): number {
  const east = (lng2 - lng1) * Math.cos(radians((lat1 + lat2) / 2));
  return (Math.atan2(east, lat2 - lat1) * 180) / Math.PI + (lat2 < lat1 || lng2 < lng1 ? 360 : 0);
}
