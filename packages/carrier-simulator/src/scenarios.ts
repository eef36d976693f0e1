import { isOn, type Booking, type Position } from './booking.ts';

const tenMinutesMs = 600_000;

/** Positions that make no sense, one kind after the other. */
const absurdities: readonly ((position: Position) => Position)[] = [
  (position) => ({ ...position, lat: 0, lng: 0 }),
  (position) => ({ ...position, lat: position.lat + 0.05 }),
  (position) => ({ ...position, accuracy: 5_000 }),
  (position) => ({ ...position, at: new Date(Date.parse(position.at) + tenMinutesMs).toISOString() }),
];

/** What is sent of a position under the scenarios of its booking: it may be lost, doubled, delayed or nonsense. */
export function distort(booking: Booking, position: Position, now: number): Position[] {
  if (isOn(booking, 'lost-signal', now)) return [];
  if (isOn(booking, 'late', now) || isOn(booking, 'reordered', now)) {
    booking.heldBack.push(position);
    const isPair = isOn(booking, 'reordered', now) && booking.heldBack.length >= 4;
    return isPair ? booking.heldBack.splice(0).toReversed() : [];
  }
  const sent = [...booking.heldBack.splice(0), position];
  if (isOn(booking, 'duplicates', now)) return sent.flatMap((one) => [one, one]);
  if (isOn(booking, 'absurd', now) && position.sequence % 2 === 0) {
    const absurd = absurdities[(position.sequence / 2) % absurdities.length];
    return absurd ? [absurd(position)] : sent;
  }
  return sent;
}
