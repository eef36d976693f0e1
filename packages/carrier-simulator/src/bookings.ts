import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Booking, Message } from './booking.ts';

/** What the carrier remembers over a restart. */
export interface CarrierState {
  readonly bookings: readonly Booking[];
  /** Reports that nobody has taken yet. Positions are not kept: after a restart they would be old. */
  readonly unsent: readonly { readonly account: string; readonly messages: readonly Message[] }[];
}

const forgottenAfterMs = 7 * 24 * 60 * 60_000;

/** Reads what an earlier run remembered; nothing when there was none. */
export function readState(file: string): CarrierState {
  try {
    // Written below.
    return JSON.parse(readFileSync(file, 'utf8')) as CarrierState;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { bookings: [], unsent: [] };
    throw new Error(`The carrier cannot read what it remembers in ${file}. Repair or remove the file.`, {
      cause: error,
    });
  }
}

/** Writes what has to survive, all of it or nothing. */
export function writeState(file: string, state: CarrierState, now: number): void {
  const bookings = state.bookings.filter(
    ({ phase, advancedTo }) => phase !== 'over' || now - advancedTo < forgottenAfterMs,
  );
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify({ ...state, bookings }), { mode: 0o600 });
  renameSync(fresh, file);
}

/** A tracking number that follows from the booking's key, so that a booking repeated after a loss is the same. */
export const trackingNumberOf = (account: string, key: string): string =>
  `SIM${createHash('sha256').update(`${account} ${key}`).digest('hex').slice(0, 12).toUpperCase()}`;
