import { isOn, pointOf, roll, type Booking, type Message, type Position, type StatusReport } from './booking.ts';
import { moved, type LatLng } from './geometry.ts';
import type { Route } from './route.ts';

/** How the world of the simulation goes. */
export interface Pace {
  /** How many times faster than life: vehicles, stops and waiting, but never above 180 km/h. */
  readonly speed: number;
  /** How often vehicles say where they are. */
  readonly intervalMs: number;
}

const longestStepMs = 1_000;
const waits = { booked: 10_000, loading: 5_000, atDoor: 10_000, missed: 60_000 } as const;
const fastest = 180 / 3.6;
const outForDeliveryAfter = 0.2;
const gpsErrorMeters = 3;

/** The first report of a booking. */
export const bookedReport = (booking: Booking, now: number): StatusReport =>
  report(booking, now, 'pre_transit', 'The label was made.', null);

/** How long a booking waits to be fetched. */
export const waitForPickup = (pace: Pace): number => waits.booked / pace.speed;

function report(
  booking: Booking,
  at: number,
  status: string,
  description: string,
  point: LatLng | null,
  signedBy: string | null = null,
): StatusReport {
  booking.reports += 1;
  return {
    type: 'status',
    id: `${booking.trackingNumber}-${booking.reports}`,
    reference: booking.reference,
    trackingNumber: booking.trackingNumber,
    status,
    at: new Date(at).toISOString(),
    description,
    point: point && pointOf(point),
    signedBy,
  };
}

/** Lets time pass for a booking until `now`, and answers what the carrier says meanwhile. */
export function advance(booking: Booking, route: Route, now: number, pace: Pace): Message[] {
  const messages: Message[] = [];
  while (booking.phase !== 'over' && booking.advancedTo < now) {
    const at = Math.min(now, booking.advancedTo + longestStepMs);
    const seconds = (at - booking.advancedTo) / 1_000;
    booking.advancedTo = at;
    if (booking.phase === 'driving') drive(booking, route, at, seconds, pace, messages);
    else if (at >= booking.phaseUntil) messages.push(...endPhase(booking, route, at, pace));
  }
  return messages;
}

function drive(booking: Booking, route: Route, at: number, seconds: number, pace: Pace, messages: Message[]): void {
  if (at < booking.standsUntil || isOn(booking, 'stop', at)) {
    booking.metersPerSecond = 0;
    return;
  }
  if (route.metersAfter) {
    const meters = route.metersAfter((at - booking.drivingSince) * pace.speed);
    booking.metersPerSecond = (meters - booking.meters) / seconds / pace.speed;
    booking.meters = meters;
  } else steer(booking, route, at, seconds, pace);
  const here = route.at(booking.meters).point;
  if (!booking.isOutForDelivery && booking.meters >= outForDeliveryAfter * route.meters) {
    booking.isOutForDelivery = true;
    messages.push(report(booking, at, 'out_for_delivery', 'Out for delivery.', here));
  }
  if (booking.meters >= route.meters) {
    booking.phase = 'at-door';
    booking.metersPerSecond = 0;
    booking.phaseUntil = at + waits.atDoor / pace.speed;
  }
}

function steer(booking: Booking, route: Route, at: number, seconds: number, pace: Pace): void {
  const limit = route.at(booking.meters).metersPerSecond;
  const wanted = limit * (0.7 + 0.3 * roll(booking)) * (isOn(booking, 'traffic', at) ? 0.2 : 1);
  // Crossings now and then.
  if (roll(booking) < 0.012 * seconds * pace.speed) booking.standsUntil = at + (15_000 * roll(booking)) / pace.speed;
  booking.metersPerSecond += (wanted - booking.metersPerSecond) * Math.min(1, 0.4 * seconds * pace.speed);
  booking.meters = Math.min(
    route.meters,
    booking.meters + Math.min(fastest, booking.metersPerSecond * pace.speed) * seconds,
  );

  const [stop] = booking.stops;
  if (stop !== undefined && booking.meters >= stop) {
    booking.stops.shift();
    booking.standsUntil = at + (20_000 + 50_000 * roll(booking)) / pace.speed;
  }
}

function endPhase(booking: Booking, route: Route, at: number, pace: Pace): Message[] {
  const here = route.at(booking.meters).point;
  switch (booking.phase) {
    case 'booked':
      booking.phase = 'loading';
      booking.phaseUntil = at + waits.loading / pace.speed;
      return [report(booking, at, 'picked_up', 'The carrier has the parcel.', here)];
    case 'loading':
      booking.phase = 'driving';
      booking.drivingSince = at;
      return [report(booking, at, 'in_transit', 'On its way.', here)];
    case 'at-door':
      if (isOn(booking, 'nobody-home', at)) {
        delete booking.scenarios['nobody-home'];
        booking.phase = 'missed';
        booking.missedTimes += 1;
        booking.phaseUntil = at + waits.missed / pace.speed;
        return [report(booking, at, 'attempt_failed', 'Nobody was at home. The carrier comes again.', here)];
      }
      booking.phase = 'over';
      booking.outcome = 'delivered';
      return [report(booking, at, 'delivered', 'Handed over at the door.', here, 'Recipient')];
    case 'missed':
      booking.phase = 'at-door';
      booking.phaseUntil = at + waits.atDoor / pace.speed;
      return [report(booking, at, 'out_for_delivery', 'Out for delivery again.', here)];
    case 'driving':
    case 'over':
      return [];
  }
}

/** Whether the vehicle says where it is. */
export const isTracked = ({ phase }: Booking): boolean => phase !== 'booked' && phase !== 'over';

const bell = (booking: Booking): number => roll(booking) + roll(booking) + roll(booking) - 1.5;

/** Where the vehicle is now, as its receiver thinks. */
export function locate(booking: Booking, route: Route, now: number, pace: Pace): Position {
  const { point, heading } = route.at(booking.meters);
  const [lat, lng] = moved(point, gpsErrorMeters * bell(booking), gpsErrorMeters * bell(booking));
  booking.sequence += 1;
  return {
    type: 'position',
    reference: booking.reference,
    trackingNumber: booking.trackingNumber,
    sequence: booking.sequence,
    at: new Date(now).toISOString(),
    lat: Math.round(lat * 1e6) / 1e6,
    lng: Math.round(lng * 1e6) / 1e6,
    heading: Math.round(heading) % 360,
    speed: Math.round(Math.min(fastest, booking.metersPerSecond * pace.speed) * 10) / 10,
    accuracy: 5,
    stopsLeft: booking.stops.length,
  };
}
