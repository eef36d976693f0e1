import { expect, test } from 'vitest';
import type { Booking, Carrier } from '../src/carriers/carrier.ts';

/** A carrier that an adapter speaks with, under the control of the test. */
export interface CarrierTrial {
  readonly carrier: Carrier;
  /** A webhook of the carrier about a parcel, as bytes and headers. */
  webhook(reference: string, account: string): Promise<{ headers: Record<string, string>; body: Buffer }>;
  /** Lets the carrier fetch what was booked. */
  pickUp(): Promise<void>;
  /** Signs bytes as the carrier would have, some time ago or ahead. */
  signedAt(body: Buffer, at: Date): Record<string, string>;
  /** The same carrier, reached where nobody listens. */
  readonly unreachable: Carrier;
}

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const account = uuid(1);
let parcels = 100;
const aBooking = (): Booking => ({
  account,
  reference: uuid((parcels += 1)),
  pickupPlace: uuid(2),
  isReturn: false,
  address: {
    name: 'A. Person',
    line1: 'High Street 1',
    line2: null,
    city: 'Town',
    region: null,
    postalCode: '1',
    countryCode: 'CH',
    phone: null,
  },
});

/** What every adapter has to do, whoever its carrier is. */
export function carrierContract(open: () => CarrierTrial): void {
  test('the same key gives the same label, another key another one', async () => {
    const { carrier } = open();
    const [booking, other] = [aBooking(), aBooking()];
    const label = await carrier.createShipment(booking, booking.reference);
    expect(label.trackingNumber).toMatch(/^\S+$/);
    expect(await carrier.createShipment(booking, booking.reference)).toEqual(label);
    expect((await carrier.createShipment(other, other.reference)).trackingNumber).not.toBe(label.trackingNumber);
  });

  test('the same address is the same place, and a planned way ends there', async () => {
    const { carrier } = open();
    const [one, two] = [aBooking(), aBooking()];
    const [first, second] = [
      await carrier.createShipment(one, one.reference),
      await carrier.createShipment(two, two.reference),
    ];
    expect(second.destination).toEqual(first.destination);
    if (first.plannedRoute !== null) expect(first.plannedRoute.length).toBeGreaterThan(10);
  });

  test('a booking can be given up until the carrier has the parcel', async () => {
    const { carrier, pickUp } = open();
    const [kept, given] = [aBooking(), aBooking()];
    const { trackingNumber } = await carrier.createShipment(kept, kept.reference);
    const other = await carrier.createShipment(given, given.reference);
    expect(await carrier.cancelShipment(other.trackingNumber)).toBe('cancelled');
    expect(await carrier.cancelShipment(other.trackingNumber)).toBe('cancelled');
    await pickUp();
    expect(await carrier.cancelShipment(trackingNumber)).toBe('too-late');
  });

  test('a carrier that does not answer is unavailable, and nothing else', async () => {
    const booking = aBooking();
    await expect(open().unreachable.createShipment(booking, 'key')).rejects.toThrow(/does not answer/);
    await expect(open().unreachable.cancelShipment('N')).rejects.toThrow(/does not answer/);
  });

  test('its webhooks are verified over the raw bytes and read in our words', async () => {
    const { carrier, webhook } = open();
    const booking = aBooking();
    await carrier.createShipment(booking, booking.reference);
    const { headers, body } = await webhook(booking.reference, account);
    expect(carrier.verify(headers, body)).toBe(true);
    const report = carrier.parse(body);
    expect(report?.account).toBe(account);
    expect(report?.messages.length).toBeGreaterThan(0);
    expect(report?.messages.every(({ reference }) => typeof reference === 'string')).toBe(true);
  });

  test('forged, altered, unsigned, old and early webhooks are not the carrier’s', async () => {
    const { carrier, webhook, signedAt } = open();
    const booking = aBooking();
    await carrier.createShipment(booking, booking.reference);
    const { headers, body } = await webhook(booking.reference, account);
    const altered = Buffer.from(body);
    altered.writeUInt8(altered.readUInt8(altered.length - 3) ^ 1, altered.length - 3);
    expect(carrier.verify(headers, altered)).toBe(false);
    for (const name of Object.keys(headers)) {
      expect(carrier.verify({ ...headers, [name]: '' }, body)).toBe(false);
      expect(carrier.verify({ ...headers, [name]: `${headers[name]}x` }, body)).toBe(false);
    }
    const minutes = (n: number): Date => new Date(Date.now() + n * 60_000);
    expect(carrier.verify(signedAt(body, minutes(-4.5)), body)).toBe(true);
    expect(carrier.verify(signedAt(body, minutes(-5.5)), body)).toBe(false);
    expect(carrier.verify(signedAt(body, minutes(5.5)), body)).toBe(false);
  });

  test('what is no report is read as nothing', () => {
    const { carrier } = open();
    for (const text of ['', 'null', '[]', '{}', '{"data":[]}', '{"data":{"account":"x","messages":[]}}', '\0']) {
      expect(carrier.parse(Buffer.from(text))).toBeNull();
    }
    const messages = Array.from({ length: 101 }, () => ({}));
    expect(carrier.parse(Buffer.from(JSON.stringify({ data: { account, messages } })))).toBeNull();
  });
}
