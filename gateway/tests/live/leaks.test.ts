import { expect, it } from 'vitest';
import { acme, aLiveGateway, bob, until, type Mode } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const modes: Mode[] = ['in process', 'distributed'];
const liveLimits = {
  socketsPerPrincipal: 1_000,
  messages: { capacity: 1e6, refillPerSecond: 1e6 },
  connections: { capacity: 1e6, refillPerSecond: 1e6 },
};

it.each(modes)(
  'thousands of subscriptions leave nothing behind, subgraphs %s',
  async (mode) => {
    await using live = await aLiveGateway(mode, { rates: false, liveLimits });
    const fields = ['shipmentUpdated', 'shipmentFollowed', 'shipmentMoved'];
    const play = async (token: string, turns: number): Promise<void> => {
      const socket = await rawSocket(live.socketUrl, { token });
      for (let turn = 0; turn < turns; turn++) {
        const id = `s${turn}`;
        const field = fields[turn % fields.length] ?? '';
        const query = `subscription { ${field}(shipmentId: "${1 + (turn % 5)}") { cursor shipment { order { status } } } }`;
        socket.send({ id, type: 'subscribe', payload: { query } });
        // Some leave before they were let in, some after an event, some with the socket.
        if (turn % 3 > 0) await socket.next();
        if (turn % 7 === 0) live.world.move(acme, String(1 + (turn % 5)));
        if (turn % 10 !== 9) socket.send({ id, type: 'complete' });
      }
      socket.socket.terminate();
    };
    const turns = mode === 'in process' ? 100 : 40;
    await Promise.all(Array.from({ length: 20 }, (_, at) => play(live.tokenOf(at % 2 ? { subject: bob } : {}), turns)));

    await until('all streams are closed', () => live.world.streams.open === 0, 20_000);
    await until('nothing is held', () => Object.values(live.gateway.held()).every((count) => count === 0));
    expect(live.world.streams.ever).toBeGreaterThan(turns * 5);
    const { subscriptionsActive, socketsActive, cohortsActive, waiting } = live.gateway.metrics();
    expect([subscriptionsActive.size, socketsActive, cohortsActive, waiting.frames, waiting.bytes]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  },
  120_000,
);
