import { between, bearingDegrees, distanceMeters, shorterTurn, type Place } from './geometry.ts';
import { nearestOnRoute, placeAt, type Route } from './route.ts';

/** One fix as the server tells it, with the time of this machine at which it came. */
export interface Fix extends Place {
  readonly headingDegrees: number | null;
  readonly receivedAtMs: number;
}

/** What to draw at one moment. */
export interface Drawn extends Place {
  readonly headingDegrees: number;
  /** Where the marker stood before a jump, while it fades there and appears here; `share` goes from 0 to 1. */
  readonly crossFade: { readonly from: Place; readonly headingDegrees: number; readonly share: number } | null;
  /** 1 while fixes come; less while it goes on without one, down to 0.45. */
  readonly opacity: number;
  /** Since when nothing came, in whole seconds; null while fixes come in time. */
  readonly lastSeenSecondsAgo: number | null;
  /** False when the next frame would look the same until another fix comes. */
  readonly isMoving: boolean;
}

/** A vehicle that is drawn one interval late, so that it always glides towards a fix that is known. */
export interface Glide {
  add(fix: Fix): void;
  at(nowMs: number): Drawn | null;
  /** Forgets how it got there: the next frame stands at the last fix. For a page that was hidden. */
  snap(): void;
  setRoute(route: Route | null): void;
}

/** Fixes come this often until their own pace is known. */
const usualIntervalMs = 5_000;
const intervalBoundsMs = [1_000, 15_000] as const;
/** Goes on without a fix after so many intervals, and comes to rest within `restMs`. */
const patience = 1.5;
const restMs = 10_000;
const jumpMeters = 500;
const crossFadeMs = 700;
/** Farther from the planned way than this, it drives where nobody planned, and is drawn straight. */
const offRouteMeters = 60;
const turnDegreesPerMs = 0.36;
/** However long nothing was drawn, one frame turns it no farther than this time would. */
const longestFrameMs = 60;
const leastOpacity = 0.45;

interface Leg {
  readonly startMs: number;
  readonly from: Place;
  readonly to: Fix;
  /** Metres along the route at both ends; null where it is drawn straight. */
  readonly along: { readonly from: number; readonly to: number } | null;
  readonly metersPerMs: number;
  readonly jump: { readonly from: Place; readonly headingDegrees: number } | null;
}

/** Makes a vehicle that glides. With `steps` it stands at the last fix and never moves in between (reduced motion). */
export function createGlide(options: { route: Route | null; steps: boolean }): Glide {
  let { route } = options;
  let leg: Leg | null = null;
  let intervalMs = usualIntervalMs;
  let heading: { degrees: number; atMs: number } | null = null;
  let shouldSnap = false;

  function add(fix: Fix): void {
    const drawn = leg ? whereAt(leg, fix.receivedAtMs) : null;
    if (leg) {
      const gap = fix.receivedAtMs - leg.startMs;
      // A pause is no pace: what is far above the interval says nothing of it.
      if (gap > 0 && gap < intervalMs * 2) intervalMs = clamp(intervalMs * 0.6 + gap * 0.4, ...intervalBoundsMs);
    }
    const start = drawn?.place ?? fix;
    const isJump = distanceMeters(start, fix) > jumpMeters;
    const along = drawn === null || isJump ? null : alongRoute(drawn.place, drawn.along, fix);
    const meters = along ? Math.max(0, along.to - along.from) : distanceMeters(start, fix);
    leg = {
      startMs: fix.receivedAtMs,
      from: isJump ? fix : start,
      to: fix,
      along,
      metersPerMs: isJump || drawn === null ? 0 : meters / intervalMs,
      jump: isJump ? { from: start, headingDegrees: heading?.degrees ?? 0 } : null,
    };
  }

  /** Both ends on the route, when both are near it and the way leads forward. */
  function alongRoute(from: Place, knownAlong: number | null, to: Place): Leg['along'] {
    if (!route) return null;
    const start = knownAlong === null ? nearestOnRoute(route, from, 0) : { meters: knownAlong, offMeters: 0 };
    const end = nearestOnRoute(route, to, start.meters);
    if (start.offMeters > offRouteMeters || end.offMeters > offRouteMeters) return null;
    const straight = distanceMeters(from, to);
    // A way that is far longer than the straight line was not driven between two fixes.
    return end.meters - start.meters > straight * 3 + 100 ? null : { from: start.meters, to: end.meters };
  }

  function whereAt(on: Leg, nowMs: number): { place: Place; along: number | null; headingDegrees: number | null } {
    const sinceMs = Math.max(0, nowMs - on.startMs);
    const share = options.steps ? 1 : Math.min(1, sinceMs / intervalMs);
    const beyond = options.steps ? 0 : metersBeyond(on, sinceMs);
    if (on.along && route) {
      const along = on.along.from + (on.along.to - on.along.from) * share + beyond;
      return { place: placeAt(route, along), along, headingDegrees: placeAt(route, along).headingDegrees };
    }
    const stood = distanceMeters(on.from, on.to) < 1;
    return {
      place: between(on.from, on.to, share),
      along: null,
      headingDegrees: on.to.headingDegrees ?? (stood ? null : bearingDegrees(on.from, on.to)),
    };
  }

  /** How far it went on without a fix: the speed fades evenly to nothing. */
  function metersBeyond({ metersPerMs }: Leg, sinceMs: number): number {
    const late = clamp(sinceMs - intervalMs * patience, 0, restMs);
    return metersPerMs * (late - (late * late) / (2 * restMs));
  }

  function turned(target: number | null, nowMs: number): number {
    if (target === null) return heading?.degrees ?? 0;
    if (!heading || options.steps) heading = { degrees: target, atMs: nowMs };
    const turn = shorterTurn(heading.degrees, target);
    const most = Math.min(longestFrameMs, Math.max(0, nowMs - heading.atMs)) * turnDegreesPerMs;
    const degrees = (heading.degrees + clamp(turn, -most, most) + 360) % 360;
    heading = { degrees, atMs: nowMs };
    return degrees;
  }

  return {
    add,
    setRoute(next) {
      route = next;
    },
    snap() {
      shouldSnap = true;
    },
    at(nowMs) {
      if (!leg) return null;
      if (shouldSnap) {
        shouldSnap = false;
        heading = null;
        const near = route ? nearestOnRoute(route, leg.to, leg.along?.to ?? 0) : null;
        const along = near && near.offMeters <= offRouteMeters ? { from: near.meters, to: near.meters } : null;
        leg = { ...leg, from: leg.to, along, metersPerMs: 0, jump: null };
      }
      const sinceMs = Math.max(0, nowMs - leg.startMs);
      const { place, headingDegrees } = whereAt(leg, nowMs);
      const lateMs = sinceMs - intervalMs * patience;
      const fadeShare = options.steps ? 1 : Math.min(1, sinceMs / crossFadeMs);
      const isResting = lateMs >= restMs;
      const before = heading?.degrees;
      const degrees = turned(leg.jump ? leg.to.headingDegrees : headingDegrees, nowMs);
      return {
        latitude: place.latitude,
        longitude: place.longitude,
        headingDegrees: degrees,
        crossFade: leg.jump && fadeShare < 1 ? { ...leg.jump, share: fadeShare } : null,
        opacity: Math.max(leastOpacity, 1 - (1 - leastOpacity) * clamp(lateMs / restMs, 0, 1)),
        lastSeenSecondsAgo: isResting ? Math.floor(sinceMs / 1_000) : null,
        isMoving: !options.steps && (!isResting || before !== degrees),
      };
    },
  };
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
