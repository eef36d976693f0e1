import { isPlace, metersBetween, metersToStretch, type Point } from './geo.ts';

/** A position as a vehicle reports it. */
export interface Fix extends Point {
  /** The carrier's own count. */
  readonly carrierSequence: number;
  /** When the vehicle was there, in milliseconds since 1970. */
  readonly recordedAt: number;
  readonly headingDegrees: number | null;
  readonly speedMetersPerSecond: number | null;
  readonly accuracyMeters: number | null;
}

/** Why a fix is not believed; the filters are applied in this order. */
export const dropReasons = [
  'NOT_UNDER_WAY',
  'DUPLICATE',
  'IN_FUTURE',
  'OUT_OF_RANGE',
  'INACCURATE',
  'TOO_FAST',
  'OUTDATED',
] as const;
export type DropReason = (typeof dropReasons)[number];

/** What the filter remembers of a parcel between two fixes. */
export interface FilterState {
  readonly last: Fix | null;
  /** Fixes in a row that were too far from the last one, and near each other. */
  readonly suspects: readonly Fix[];
}

/** What is known besides the state. */
export interface Surroundings {
  readonly now: number;
  readonly isUnderWay: boolean;
  isKnown(fix: Fix): boolean;
}

/** What became of a fix. */
export interface Verdict {
  /** Null: it is the newest position now. */
  readonly reason: DropReason | null;
  /** Whether it belongs to the history. */
  readonly isKept: boolean;
  /** Earlier fixes that were too fast and are believed after all. */
  readonly reinstated: readonly Fix[];
  readonly state: FilterState;
}

const futureToleranceMs = 60_000;
const worstAccuracyMeters = 100;
const fastestMetersPerSecond = 200 / 3.6;
const believedAfter = 3;

/** Whether a vehicle can have been at both. Less than a second apart, the receiver's error would count as speed. */
function isReachable(from: Fix, to: Fix): boolean {
  const seconds = Math.max(1, Math.abs(to.recordedAt - from.recordedAt) / 1_000);
  return metersBetween(from, to) / seconds <= fastestMetersPerSecond;
}

/** Decides about one fix. */
export function judge(state: FilterState, fix: Fix, { now, isUnderWay, isKnown }: Surroundings): Verdict {
  const drop = (reason: DropReason, isKept = false): Verdict => ({ reason, isKept, reinstated: [], state });
  if (!isUnderWay) return drop('NOT_UNDER_WAY');
  if (isKnown(fix)) return drop('DUPLICATE');
  if (fix.recordedAt > now + futureToleranceMs) return drop('IN_FUTURE');
  if (!isPlace(fix)) return drop('OUT_OF_RANGE');
  if (fix.accuracyMeters !== null && fix.accuracyMeters > worstAccuracyMeters) return drop('INACCURATE', true);
  const { last } = state;
  if (last && !isReachable(last, fix)) return suspect(state, last, fix);
  if (last && fix.recordedAt < last.recordedAt) return drop('OUTDATED', true);
  return { reason: null, isKept: true, reinstated: [], state: { last: fix, suspects: [] } };
}

/** One jump is an error of the receiver; three in a row that agree are where the vehicle is. */
function suspect(state: FilterState, last: Fix, fix: Fix): Verdict {
  const previous = state.suspects.at(-1);
  const agrees = previous !== undefined && fix.recordedAt > previous.recordedAt && isReachable(previous, fix);
  const suspects = agrees ? [...state.suspects, fix] : [fix];
  const isNewer = fix.recordedAt > last.recordedAt;
  if (suspects.length < believedAfter || !isNewer) {
    return { reason: 'TOO_FAST', isKept: true, reinstated: [], state: { ...state, suspects } };
  }
  const reinstated = suspects.slice(0, -1).filter((one) => one.recordedAt > last.recordedAt);
  return { reason: null, isKept: true, reinstated, state: { last: fix, suspects: [] } };
}

const sparseMs = 30_000;
const straightMeters = 20;

/**
 * What of a track is kept once it is old: its ends, a fix every 30 seconds, and those that its way bends at, so that
 * nothing that is left out is more than 20 metres off the line through what is kept.
 */
export function thin<One extends Point & { readonly recordedAt: number }>(fixes: readonly One[]): One[] {
  const [first, ...others] = fixes;
  if (!first) return [];
  const kept = [first];
  let anchor = first;
  let leftOut: One[] = [];
  const keep = (fix: One): void => {
    kept.push(fix);
    anchor = fix;
    leftOut = [];
  };
  for (const fix of others) {
    const before = leftOut.at(-1);
    if (before && leftOut.some((one) => metersToStretch(one, anchor, fix) > straightMeters)) keep(before);
    if (fix.recordedAt - anchor.recordedAt >= sparseMs) keep(fix);
    else leftOut.push(fix);
  }
  const last = leftOut.at(-1);
  if (last) keep(last);
  return kept;
}

/** At most so many fixes, evenly chosen, the ends among them. */
export function evenly<One>(fixes: readonly One[], most: number): One[] {
  if (fixes.length <= most) return [...fixes];
  if (most === 1) return fixes.slice(-1);
  const step = (fixes.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => fixes[Math.round(index * step)]).filter((one) => one !== undefined);
}

const intervalMs = 5_000;
const missedIntervals = 3;

/** How long no fix may come before a position is stale: three intervals. */
export const staleAfterMs = missedIntervals * intervalMs;

/** Whether the last fix was heard of too long ago. */
export const isStaleAt = (heardAt: Date, now: Date): boolean => now.getTime() - heardAt.getTime() > staleAfterMs;

/** Whether the vehicle is near the door: in at 400 metres, out at 600, so that nothing flickers between. */
export function isNear(wasNear: boolean, metersToDoor: number): boolean {
  return wasNear ? metersToDoor < 600 : metersToDoor <= 400;
}
