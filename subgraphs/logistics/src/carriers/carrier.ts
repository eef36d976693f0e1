import type { IncomingHttpHeaders } from 'node:http';
import type { Point } from '../domain/geo.ts';
import type { Fix } from '../domain/fix-filter.ts';
import type { ShipmentStatus } from '../domain/shipment-status.ts';

/** A postal address, as the carrier needs it. */
export interface DeliveryAddress {
  readonly name: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

/** A parcel to book. */
export interface Booking {
  /** The merchant, by whom the carrier knows whose parcel it is. */
  readonly account: string;
  /** The parcel's id, which the carrier repeats in everything that it says about it. */
  readonly reference: string;
  /** Where it is fetched: the location's id, known to the carrier as a pickup place. */
  readonly pickupPlace: string;
  /** Null where the order has no address; the carrier then takes it to its desk. */
  readonly address: DeliveryAddress | null;
  /** It is fetched at the address and brought to the place. */
  readonly isReturn: boolean;
}

/** What a carrier says to a booking. */
export interface Label {
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  /** Where the carrier thinks the address is. */
  readonly destination: Point | null;
  /** Encoded polyline with 5 decimals. */
  readonly plannedRoute: string | null;
}

/** Something that a carrier reports, in our words. */
export type CarrierMessage = StatusMessage | FixMessage;

export interface StatusMessage {
  readonly kind: 'status';
  readonly reference: string;
  /** The carrier's own id of the report. */
  readonly id: string;
  /** Null where the carrier's word moves nothing. */
  readonly status: ShipmentStatus | null;
  readonly carrierStatus: string;
  /** False: nobody here knows the carrier's word, and it counts as EXCEPTION. */
  readonly isKnown: boolean;
  readonly description: string;
  readonly occurredAt: Date;
  readonly point: Point | null;
  readonly signedBy: string | null;
}

export interface FixMessage {
  readonly kind: 'fix';
  readonly reference: string;
  readonly fix: Fix;
  /** Stops before this one. */
  readonly stopsLeft: number | null;
}

/** A webhook that was read. */
export interface CarrierReport {
  readonly account: string;
  readonly messages: readonly CarrierMessage[];
}

/** The carrier did not answer, or answered nonsense: asking again with the same key is safe. */
export class CarrierUnavailable extends Error {}

/** Who carries parcels, as far as logistics speaks with them. Every adapter passes one contract-test suite. */
export interface Carrier {
  readonly code: string;
  readonly name: string;
  readonly isSimulated: boolean;
  /** Whether the bytes are the carrier's, by its signature, and not older than five minutes. */
  verify(headers: IncomingHttpHeaders, rawBody: Buffer): boolean;
  /** Null for what is no report, or has more than 100 messages. */
  parse(rawBody: Buffer): CarrierReport | null;
  /** Books a parcel; the same key gives the same label. Throws `CarrierUnavailable`. */
  createShipment(booking: Booking, idempotencyKey: string): Promise<Label>;
  /** Gives a booking up, if the carrier does not have the parcel yet. Throws `CarrierUnavailable`. */
  cancelShipment(trackingNumber: string): Promise<'cancelled' | 'too-late'>;
  /** The streets it drives on, as GeoJSON lines with a `class`; null where it has no map. */
  roads(): Promise<string | null>;
}

/** The code of the carrier that is part of this product. */
export const simulatorCode = 'simulator';

/** Whether there is a connection to the carrier. Of the others staff say what happens. */
export const isConnected = (code: string): boolean => code === simulatorCode;

/** At most so many messages are read of one webhook. */
export const mostMessages = 100;
