import type { Position } from './booking.ts';
import type { Roads } from './roads.ts';
import { createSimulator } from './simulator.ts';

/** A whole trip at once: what its vehicle said, and when it arrived. */
export interface SimulatedTrip {
  readonly route: string;
  readonly fixes: readonly {
    readonly at: number;
    readonly lat: number;
    readonly lng: number;
    readonly stopsLeft: number;
  }[];
  readonly deliveredAt: number;
}

const intervalMs = 5_000;
const longestMs = 4 * 60 * 60_000;

/** Drives one parcel from its depot to its door without waiting, as the carrier would have driven it. */
export function simulateTrip(roads: Roads, reference: string): SimulatedTrip {
  let time = Date.UTC(2026, 0, 1);
  const end = time + longestMs;
  const fixes: Position[] = [];
  let deliveredAt = 0;
  const simulator = createSimulator({
    roads,
    trace: null,
    pace: { speed: 1, intervalMs },
    clock: () => time,
    stateFile: null,
    sender: {
      send(_account, messages) {
        for (const message of messages) {
          if (message.type === 'position') fixes.push(message);
          else if (message.status === 'delivered') deliveredAt = Date.parse(message.at);
        }
      },
      unsentReports: () => [],
      idle: async () => undefined,
      stop: async () => undefined,
    },
  });
  const booking = {
    account: 'trips',
    reference,
    pickupPlace: reference,
    address: reference,
    isReturn: false,
    scenarios: [],
  };
  const { route } = simulator.book(booking, reference);
  while (deliveredAt === 0) {
    time += intervalMs;
    if (time > end) throw new Error(`The trip ${reference} does not end.`);
    simulator.tick();
  }
  return {
    route,
    fixes: fixes.map(({ at, lat, lng, stopsLeft }) => ({ at: Date.parse(at), lat, lng, stopsLeft })),
    deliveredAt,
  };
}
