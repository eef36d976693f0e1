import type { LatLng } from './geometry.ts';

/** What can be made to go wrong. */
export const scenarioKinds = [
  'traffic',
  'stop',
  'lost-signal',
  'duplicates',
  'late',
  'reordered',
  'absurd',
  'nobody-home',
] as const;
export type ScenarioKind = (typeof scenarioKinds)[number];

/** Where a parcel is in the carrier's own view. */
export type Phase = 'booked' | 'loading' | 'driving' | 'at-door' | 'missed' | 'over';

/** Everything that the carrier remembers of a parcel. Plain data: it survives a restart as JSON. */
export interface Booking {
  readonly trackingNumber: string;
  readonly idempotencyKey: string;
  readonly account: string;
  readonly reference: string;
  readonly start: number;
  readonly goal: number;
  readonly bookedAt: number;
  phase: Phase;
  outcome: 'delivered' | 'cancelled' | null;
  /** When the phase ends, for those that end by time. */
  phaseUntil: number;
  /** How far it was advanced. */
  advancedTo: number;
  drivingSince: number;
  meters: number;
  metersPerSecond: number;
  /** Distances at which the vehicle stops at other doors. */
  stops: number[];
  standsUntil: number;
  isOutForDelivery: boolean;
  missedTimes: number;
  /** State of the booking's own dice. */
  dice: number;
  sequence: number;
  reports: number;
  /** When each scenario ends. */
  scenarios: Partial<Record<ScenarioKind, number>>;
  /** Positions that are kept back by a scenario. */
  heldBack: Position[];
}

/** A message about a position, as webhooks carry it. */
export interface Position {
  readonly type: 'position';
  readonly reference: string;
  readonly trackingNumber: string;
  readonly sequence: number;
  readonly at: string;
  readonly lat: number;
  readonly lng: number;
  readonly heading: number;
  readonly speed: number;
  readonly accuracy: number;
  readonly stopsLeft: number;
}

/** A message about a state, as webhooks carry it. */
export interface StatusReport {
  readonly type: 'status';
  readonly id: string;
  readonly reference: string;
  readonly trackingNumber: string;
  readonly status: string;
  readonly at: string;
  readonly description: string;
  readonly point: { readonly lat: number; readonly lng: number } | null;
  readonly signedBy: string | null;
}

export type Message = Position | StatusReport;

/** A number from 0 to 1, the next of a booking's own dice (mulberry32): the same booking always drives the same way. */
export function roll(booking: Booking): number {
  booking.dice = (booking.dice + 0x6d2b79f5) | 0;
  let value = Math.imul(booking.dice ^ (booking.dice >>> 15), 1 | booking.dice);
  value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
  return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
}

/** Whether a scenario is on at a moment. */
export const isOn = (booking: Booking, kind: ScenarioKind, at: number): boolean => (booking.scenarios[kind] ?? 0) > at;

/** A point as messages carry it. */
export const pointOf = ([lat, lng]: LatLng): { lat: number; lng: number } => ({ lat, lng });
