// Where a parcel stands, and which report may move it. Reports come late, twice and out of order.

export type ShipmentStatus =
  | 'PENDING'
  | 'LABEL_CREATED'
  | 'PICKED_UP'
  | 'IN_TRANSIT'
  | 'OUT_FOR_DELIVERY'
  | 'AVAILABLE_FOR_PICKUP'
  | 'DELIVERED'
  | 'ATTEMPT_FAILED'
  | 'EXCEPTION'
  | 'RETURNING'
  | 'RETURNED'
  | 'LOST'
  | 'CANCELLED';

/** A status and when it became true, by the clock of whoever reported it. */
export interface Standing {
  readonly status: ShipmentStatus;
  readonly since: Date;
}

/** Who reports: staff may put right what carriers cannot. */
export type TrackingSource = 'CARRIER' | 'GEOFENCE' | 'STAFF';

// How far along the usual way. What is not on it has no rank: it is entered and left by time.
const ranks: Readonly<Partial<Record<ShipmentStatus, number>>> = {
  PENDING: 0,
  LABEL_CREATED: 1,
  PICKED_UP: 2,
  IN_TRANSIT: 3,
  OUT_FOR_DELIVERY: 4,
  AVAILABLE_FOR_PICKUP: 5,
};

// A way that is over, and what a later report of the carrier may still make of it. Staff may make anything of it.
const afterTheEnd: Readonly<Partial<Record<ShipmentStatus, readonly ShipmentStatus[]>>> = {
  DELIVERED: ['RETURNING', 'RETURNED', 'EXCEPTION'],
  RETURNED: [],
  LOST: ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'AVAILABLE_FOR_PICKUP', 'DELIVERED', 'RETURNING', 'RETURNED'],
  CANCELLED: ['PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'],
};

/** Whether a parcel's way is over. */
export const isTerminal = (status: ShipmentStatus): boolean => status in afterTheEnd;

// EXCEPTION is not among them: a word that nobody knows says nothing about where the parcel is.
const withCarrier: ReadonlySet<ShipmentStatus> = new Set<ShipmentStatus>([
  'PICKED_UP',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'AVAILABLE_FOR_PICKUP',
  'DELIVERED',
  'ATTEMPT_FAILED',
  'RETURNING',
  'RETURNED',
  'LOST',
]);

/** What a parcel's row tells about its way. */
export interface Way {
  readonly status: ShipmentStatus;
  readonly dispatchedAt?: Date | null;
  readonly deliveredAt?: Date | null;
  /** When the carrier took it, by the clock that its positions carry. */
  readonly pickedUpAt?: Date | null;
}

/** Whether a report of this status says that the carrier has, or had, the parcel. */
export const saysLeft = (status: ShipmentStatus): boolean => withCarrier.has(status);

/** Whether the carrier has, or had, the parcel. What left once has left, whatever was reported since. */
export const hasLeft = ({ status, dispatchedAt }: Way): boolean => dispatchedAt != null || saysLeft(status);

/** Whether positions of the parcel are worth believing: from the label until its way is over. */
export const isUnderWay = (status: ShipmentStatus): boolean => status !== 'PENDING' && !isTerminal(status);

const withPosition: ReadonlySet<ShipmentStatus> = new Set<ShipmentStatus>([
  'PICKED_UP',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'ATTEMPT_FAILED',
  'EXCEPTION',
]);

/**
 * Since when customers and guests may see where the parcel is, or null while they may not: from its pick-up until it was
 * first handed over. What is reported afterwards does not open the recipient's door again.
 */
export const shownSince = ({ status, dispatchedAt, deliveredAt, pickedUpAt }: Way): Date | null =>
  dispatchedAt != null && deliveredAt == null && withPosition.has(status) ? (pickedUpAt ?? dispatchedAt) : null;

/** Whether positions are expected to come now, so that their absence is worth saying. */
export const expectsPositions = (way: Way): boolean => shownSince(way) !== null;

/**
 * Whether the recipient still waits for the parcel, so that it can be told when it will arrive: until it was first handed
 * over, and not while it waits for them or goes back.
 */
export const isAwaited = ({ status, deliveredAt }: Way): boolean =>
  deliveredAt == null && !isTerminal(status) && status !== 'AVAILABLE_FOR_PICKUP' && status !== 'RETURNING';

/**
 * Whether a report moves the status. On the usual way only forward, whenever it is heard of; to and from the states
 * beside it by time; out of an end only by what `afterTheEnd` names, strictly later, or by staff.
 */
export function moves(from: Standing, to: Standing, source: TrackingSource): boolean {
  if (from.status === to.status || to.status === 'PENDING') return false;
  if (source === 'STAFF') return true;
  const age = to.since.getTime() - from.since.getTime();
  const exits = afterTheEnd[from.status];
  if (exits) return source === 'CARRIER' && age > 0 && exits.includes(to.status);
  const [rank, nextRank] = [ranks[from.status], ranks[to.status]];
  if (rank === undefined) return age >= 0 && to.status !== 'LABEL_CREATED';
  if (nextRank !== undefined) return nextRank > rank;
  // Whatever the clocks say, a parcel on the usual way that was handed over was handed over.
  return to.status === 'DELIVERED' || age >= 0;
}

/** Whether staff may report this status of a parcel by hand: nothing goes back to before the carrier had it. */
export const mayReport = (from: Way, to: ShipmentStatus): boolean =>
  from.status !== to && to !== 'PENDING' && to !== 'CANCELLED' && !(hasLeft(from) && to === 'LABEL_CREATED');
