import type { ShipmentStatus } from './shipment-status.ts';

/** Whose words a carrier speaks. */
export type Dialect = 'easypost' | 'aftership';

/** What a carrier's word means to us. */
export interface Meaning {
  /** Null: the word moves nothing. */
  readonly status: ShipmentStatus | null;
  /** False for a word that nobody here knows: a person has to look. */
  readonly isKnown: boolean;
}

// https://docs.easypost.com/docs/trackers, with two words that carriers behind it use and it does not.
const easypost: Readonly<Record<string, ShipmentStatus | null>> = {
  pre_transit: 'LABEL_CREATED',
  picked_up: 'PICKED_UP',
  in_transit: 'IN_TRANSIT',
  out_for_delivery: 'OUT_FOR_DELIVERY',
  available_for_pickup: 'AVAILABLE_FOR_PICKUP',
  delivered: 'DELIVERED',
  attempt_failed: 'ATTEMPT_FAILED',
  return_to_sender: 'RETURNING',
  failure: 'EXCEPTION',
  cancelled: 'CANCELLED',
  error: null,
  unknown: null,
};

// https://www.aftership.com/docs/tracking/enum/delivery-statuses. `Expired` says that nothing was heard for long: whether
// the parcel is lost a person decides.
const aftership: Readonly<Record<string, ShipmentStatus | null>> = {
  Pending: null,
  InfoReceived: 'LABEL_CREATED',
  InTransit: 'IN_TRANSIT',
  OutForDelivery: 'OUT_FOR_DELIVERY',
  AvailableForPickup: 'AVAILABLE_FOR_PICKUP',
  Delivered: 'DELIVERED',
  AttemptFail: 'ATTEMPT_FAILED',
  Exception: 'EXCEPTION',
  Expired: 'EXCEPTION',
};

const dialects: Readonly<Record<Dialect, Readonly<Record<string, ShipmentStatus | null>>>> = { easypost, aftership };

/** Translates a carrier's word. One that is not known becomes EXCEPTION; the word itself is kept beside it. */
export function meaningOf(dialect: Dialect, word: string): Meaning {
  const words = dialects[dialect];
  if (!Object.hasOwn(words, word)) return { status: 'EXCEPTION', isKnown: false };
  return { status: words[word] ?? null, isKnown: true };
}
