import { createHash } from 'node:crypto';
import type { Booking, Message, ScenarioKind } from './booking.ts';
import { readState, trackingNumberOf, writeState } from './bookings.ts';
import { advance, bookedReport, isTracked, locate, waitForPickup, type Pace } from './drive.ts';
import { placeOf, type Roads } from './roads.ts';
import { findRoute, type Route } from './route.ts';
import { distort } from './scenarios.ts';
import type { WebhookSender } from './webhooks.ts';

/** A parcel that somebody wants carried. */
export interface BookingRequest {
  readonly account: string;
  readonly reference: string;
  readonly pickupPlace: string;
  /** What the door is found by; null is the carrier's desk. The address itself is not kept. */
  readonly address: string | null;
  /** From the door to the depot instead. */
  readonly isReturn: boolean;
  readonly scenarios: readonly ScenarioRequest[];
}

/** Something that shall go wrong. */
export interface ScenarioRequest {
  readonly kind: ScenarioKind;
  readonly seconds: number;
}

/** What a customer of the carrier may know of a booking. */
export interface BookingView {
  readonly trackingNumber: string;
  readonly reference: string;
  readonly phase: string;
  readonly trackingUrl: null;
  readonly destination: { readonly lat: number; readonly lng: number };
  readonly route: string;
}

/** The carrier without its doors: bookings, vehicles, and what they report. */
export interface Simulator {
  /** Takes a booking; the same key of the same account gives the same one. */
  book(request: BookingRequest, idempotencyKey: string): BookingView;
  find(trackingNumber: string): BookingView | null;
  cancel(trackingNumber: string): 'cancelled' | 'too-late' | null;
  trigger(trackingNumber: string, scenario: ScenarioRequest): boolean;
  /** Lets time pass until now, and sends what there is to say. */
  tick(): void;
  /** Keeps what has to survive. */
  save(): void;
}

/** What the simulation is made of. */
export interface SimulatorOptions {
  readonly roads: Roads;
  /** A recorded way that every booking takes instead of the streets. */
  readonly trace: Route | null;
  readonly pace: Pace;
  readonly sender: WebhookSender;
  readonly clock: () => number;
  /** Null remembers nothing. */
  readonly stateFile: string | null;
}

/** Starts the carrier where it left off. */
export function createSimulator({ roads, trace, pace, sender, clock, stateFile }: SimulatorOptions): Simulator {
  const bookings = new Map<string, Booking>();
  // Ways follow from their ends, so they are found again rather than kept.
  const routes = new Map<string, Route>();

  const before = stateFile ? readState(stateFile) : { bookings: [], unsent: [] };
  for (const booking of before.bookings) bookings.set(booking.trackingNumber, booking);
  for (const { account, messages } of before.unsent) sender.send(account, messages);

  function routeOf({ trackingNumber, start, goal }: Booking): Route {
    if (trace) return trace;
    const known = routes.get(trackingNumber);
    if (known) return known;
    const route = findRoute(roads, start, goal);
    routes.set(trackingNumber, route);
    return route;
  }

  function save(): void {
    if (stateFile) writeState(stateFile, { bookings: [...bookings.values()], unsent: sender.unsentReports() }, clock());
  }

  function view(booking: Booking): BookingView {
    const route = routeOf(booking);
    const [lat, lng] = route.at(route.meters).point;
    const { trackingNumber, reference, phase } = booking;
    return { trackingNumber, reference, phase, trackingUrl: null, destination: { lat, lng }, route: route.encoded };
  }

  return {
    save,
    book(request, idempotencyKey) {
      const trackingNumber = trackingNumberOf(request.account, idempotencyKey);
      const known = bookings.get(trackingNumber);
      if (known) return view(known);
      const now = clock();
      const seed = createHash('sha256').update(request.reference).digest();
      const depot = placeOf(roads, `depot ${request.pickupPlace}`);
      const found = placeOf(roads, `door ${request.address ?? request.account}`);
      // A door at the depot would be no trip.
      const door = found === depot ? placeOf(roads, `next to ${found}`) : found;
      const [start, goal] = request.isReturn ? [door, depot] : [depot, door];
      const booking: Booking = {
        trackingNumber,
        idempotencyKey,
        account: request.account,
        reference: request.reference,
        start,
        goal,
        bookedAt: now,
        phase: 'booked',
        outcome: null,
        phaseUntil: now + waitForPickup(pace),
        advancedTo: now,
        drivingSince: now,
        meters: 0,
        metersPerSecond: 0,
        stops: [],
        standsUntil: 0,
        isOutForDelivery: false,
        missedTimes: 0,
        dice: seed.readInt32BE(0),
        sequence: 0,
        reports: 0,
        scenarios: Object.fromEntries(request.scenarios.map(({ kind, seconds }) => [kind, now + 1_000 * seconds])),
        heldBack: [],
      };
      const { meters } = routeOf(booking);
      const stops = trace ? 0 : seed.readUInt8(4) % 4;
      booking.stops = Array.from(
        { length: stops },
        (_, index) => meters * (0.25 + 0.65 * (seed.readUInt8(5 + index) / 255)),
      ).toSorted((a, b) => a - b);
      bookings.set(trackingNumber, booking);
      sender.send(booking.account, [bookedReport(booking, now)]);
      save();
      return view(booking);
    },
    find(trackingNumber) {
      const booking = bookings.get(trackingNumber);
      return booking ? view(booking) : null;
    },
    cancel(trackingNumber) {
      const booking = bookings.get(trackingNumber);
      if (!booking) return null;
      if (booking.outcome === 'cancelled') return 'cancelled';
      if (booking.phase !== 'booked') return 'too-late';
      booking.phase = 'over';
      booking.outcome = 'cancelled';
      save();
      return 'cancelled';
    },
    trigger(trackingNumber, { kind, seconds }) {
      const booking = bookings.get(trackingNumber);
      if (!booking || booking.phase === 'over') return false;
      booking.scenarios[kind] = clock() + 1_000 * seconds;
      save();
      return true;
    },
    tick() {
      const now = clock();
      const byAccount = new Map<string, Message[]>();
      let hasReports = false;
      for (const booking of bookings.values()) {
        if (booking.phase === 'over') continue;
        const route = routeOf(booking);
        const messages = advance(booking, route, now, pace);
        hasReports ||= messages.length > 0;
        if (isTracked(booking)) messages.push(...distort(booking, locate(booking, route, now, pace), now));
        else messages.push(...booking.heldBack.splice(0));
        byAccount.set(booking.account, [...(byAccount.get(booking.account) ?? []), ...messages]);
        // What came after the last step decides whether the way is still needed.
        if (!isTracked(booking) && booking.outcome) routes.delete(booking.trackingNumber);
      }
      for (const [account, messages] of byAccount) if (messages.length > 0) sender.send(account, messages);
      if (hasReports) save();
    },
  };
}
