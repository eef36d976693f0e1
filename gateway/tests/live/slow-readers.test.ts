import { expect, it } from 'vitest';
import { acme, aLiveGateway, bob, following, until, type LiveGateway } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const padding = 'x'.repeat(2_000);
const wide = (field: string): string =>
  `subscription { ${field}(shipmentId: "1") { cursor ${Array.from({ length: 20 }, (_, at) => `a${at}_${padding}: isSnapshot`).join(' ')} shipment { version } } }`;

/** A socket that reads its first message and then nothing. */
async function stalled(live: LiveGateway, field: string, token = live.tokenOf()) {
  const socket = await rawSocket(live.socketUrl, { token });
  socket.send({ id: '1', type: 'subscribe', payload: { query: wide(field) } });
  await socket.next();
  socket.socket.pause();
  return socket;
}

const roomy = { rates: false, liveLimits: { messageBytes: 1e6 } } as const;

it('one that needs every value is told to come back, and others do not wait for it', async () => {
  await using live = await aLiveGateway('in process', roomy);
  using slow = await stalled(live, 'shipmentUpdated');
  const quick = following(
    live.client(live.tokenOf({ subject: bob })),
    'subscription { shipmentUpdated(shipmentId: "1") { cursor } }',
  );
  await quick.next();

  const ended = (): number => live.gateway.metrics().ends.get('slow_consumer') ?? 0;
  let version = 1;
  while (ended() === 0) {
    version = live.world.move(acme, '1');
    expect(await quick.next()).toEqual({ data: { shipmentUpdated: { cursor: `1:${version}` } } });
    if (version > 5_000) throw new Error('A queue has no end.');
  }
  slow.socket.resume();
  const seen: Record<string, unknown>[] = [];
  for (let message = await slow.next(); ; message = await slow.next()) {
    if (message['type'] !== 'next') {
      expect(message).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'SLOW_CONSUMER' } }] });
      break;
    }
    seen.push(message);
  }
  // What it got is without a gap, so it can go on behind the last cursor.
  const versions = seen.map(
    (message) =>
      (message as { payload: { data: { shipmentUpdated: { shipment: { version: number } } } } }).payload.data
        .shipmentUpdated.shipment.version,
  );
  expect(versions).toEqual(versions.map((_, at) => at + 2));
  expect(await slow.pending()).toEqual([]);
}, 120_000);

it('one that needs the newest value skips what is in between, in bounded memory', async () => {
  await using live = await aLiveGateway('in process', roomy);
  using slow = await stalled(live, 'shipmentMoved');
  const quick = following(
    live.client(live.tokenOf({ subject: bob })),
    'subscription { shipmentMoved(shipmentId: "1") { cursor } }',
  );
  await quick.next();
  let last = 1;
  for (let at = 0; at < 1_500; at++) {
    last = live.world.move(acme, '1');
    await quick.next();
  }
  await until('all were handed out', () => live.gateway.metrics().deliveries >= 3_000);
  expect(live.gateway.metrics().conflated).toBeGreaterThan(500);
  expect(live.gateway.metrics().ends.size).toBe(0);

  slow.socket.resume();
  for (let message = await slow.next(); ; message = await slow.next())
    if (JSON.stringify(message).includes(`"version":${last}}`)) break;
}, 120_000);

it('several subjects in one subscription keep the newest of each', async () => {
  await using live = await aLiveGateway('in process');
  const levels = following(
    live.client(),
    'subscription { shipmentsMoved(shipmentIds: ["1", "2", "3"]) { shipment { id version } } }',
  );
  const snapshots = [await levels.next(), await levels.next(), await levels.next()];
  expect(snapshots.map(({ data }) => JSON.stringify(data)).sort()).toEqual(
    ['1', '2', '3'].map((id) => JSON.stringify({ shipmentsMoved: { shipment: { id, version: 1 } } })),
  );
});

it('a socket that takes nothing for too long is cut off', async () => {
  await using live = await aLiveGateway('in process', {
    ...roomy,
    liveLimits: { ...roomy.liveLimits, stalledMs: 200 },
  });
  using slow = await stalled(live, 'shipmentMoved');
  const pushing = setInterval(() => live.world.move(acme, '1'), 1);
  try {
    await until('it is cut off', () => live.gateway.metrics().ends.get('slow_consumer') === 1, 30_000);
  } finally {
    clearInterval(pushing);
  }
  slow.socket.resume();
  expect(await slow.closed).toMatchObject({ code: 1006 });
  await until('nothing is left of it', () => live.gateway.metrics().socketsActive === 0);
}, 60_000);

it('a socket that answers no pings is cut off', async () => {
  await using live = await aLiveGateway('in process', { liveLimits: { pingMs: 100 } });
  using gone = await rawSocket(live.socketUrl, { token: live.tokenOf(), ws: { autoPong: false } });
  gone.send({
    id: '1',
    type: 'subscribe',
    payload: { query: 'subscription { shipmentMoved(shipmentId: "1") { cursor } }' },
  });
  expect(await gone.closed.then(({ code }) => code)).toBe(1006);
  expect(live.gateway.metrics().ends.get('client_disconnect')).toBe(1);
});
