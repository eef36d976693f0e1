import { isKeepable } from '@ordergraph/subgraph-server';
import type { Point } from '../domain/geo.ts';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a value of unknown origin is an object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of 1 to `most` characters that PostgreSQL can keep; null for anything else. */
export const text = (value: unknown, most: number): string | null =>
  typeof value === 'string' && value.length >= 1 && value.length <= most && isKeepable(value) ? value : null;

/** A UUID in small letters, or null. */
export const uuid = (value: unknown): string | null =>
  typeof value === 'string' && uuidPattern.test(value) ? value : null;

/** A finite number, or null. */
export const decimal = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A whole number of 0 to `most`, or null. */
export const whole = (value: unknown, most: number): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : null;

// What PostgreSQL and JSON both can say, with room on either side of anything that a vehicle does.
const [earliest, latest] = [Date.UTC(2000, 0, 1), Date.UTC(2100, 0, 1)];

/** An instant of this century, or null. */
export function instant(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const at = Date.parse(value);
  return at >= earliest && at < latest ? new Date(at) : null;
}

/** A position on earth, or null. */
export function pointOf(value: unknown): Point | null {
  if (!isRecord(value)) return null;
  const [latitude, longitude] = [decimal(value['lat']), decimal(value['lng'])];
  if (latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude };
}
