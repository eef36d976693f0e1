import { once } from 'node:events';
import { request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { defaultLiveLimits } from '../../src/subscriptions/limits.ts';
import { mostWaiting } from '../../src/subscriptions/queue.ts';
import { acme, aLiveGateway, bob, following, until, type LiveGateway } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const mebibyte = 1024 * 1024;
/** Nobody is cut off for its silence: what is held back for it is bounded without that. */
const patient = {
  rates: false,
  liveLimits: { messageBytes: 1e6, pingMs: 1e9, stalledMs: 1e9 },
} as const;

// The runner starts its workers without it.
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const narrow = (field: string, id: string): string => `subscription { ${field}(shipmentId: "${id}") { cursor } }`;
const padding = 'x'.repeat(2_000);
/** Some 42 KB each, so that a connection whose reader has stopped is soon full. */
const wide = (field: string, id: string): string =>
  `subscription { ${field}(shipmentId: "${id}") { cursor ${Array.from({ length: 20 }, (_, at) => `a${at}_${padding}: isSnapshot`).join(' ')} } }`;

/** Moves a shipment until the connection that follows it takes nothing more, and its values replace each other. */
async function fill(live: LiveGateway, id: string): Promise<void> {
  const before = live.gateway.metrics().conflated;
  await until(
    'the network takes nothing more',
    () => {
      live.world.move(acme, id);
      return live.gateway.metrics().conflated > before + 100;
    },
    60_000,
  );
}

/** A socket with these subscriptions, of which it reads the snapshots and then nothing, not even the network's buffer. */
async function stoppedSocket(live: LiveGateway, queries: readonly string[]) {
  const socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
  for (const [at, query] of queries.entries()) socket.send({ id: `s${at}`, type: 'subscribe', payload: { query } });
  for (const _ of queries) expect(await socket.next()).toMatchObject({ type: 'next' });
  socket.socket.pause();
  return socket;
}

/** An event stream of which nothing is read. */
async function stoppedStream(live: LiveGateway, query: string) {
  const asked = request(`${live.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${live.tokenOf()}`,
    },
  });
  asked.end(JSON.stringify({ query }));
  await once(asked, 'response');
  return { [Symbol.dispose]: () => void asked.destroy() };
}

it('what is held for readers who have stopped is bounded, and does not grow with the events', async () => {
  await using live = await aLiveGateway('in process', patient);
  const { gateway, world } = live;
  const ids = ['1', '2', '3', '4', '5'];
  const newest = [wide('shipmentMoved', '6'), ...ids.map((id) => narrow('shipmentMoved', id))];
  const every = ids.map((id) => narrow('shipmentUpdated', id));
  using _stream = await stoppedStream(live, wide('shipmentMoved', '7'));
  await fill(live, '7');
  using _socket = await stoppedSocket(live, [...newest, ...every]);
  await fill(live, '6');
  const reader = following(live.client(live.tokenOf({ subject: bob })), narrow('shipmentUpdated', '5'));
  await reader.next();

  let [mostFrames, mostBytes] = [0, 0];
  const pass = async (events: number): Promise<number> => {
    const last = gateway.metrics().hydrations + events;
    for (let turn = 1; gateway.metrics().hydrations < last; turn++) {
      for (const id of turn % 20 === 0 ? [...ids, '6', '7'] : ids) world.move(acme, id);
      const cursor = `5:${world.versionOf(acme, '5')}`;
      expect(await reader.next()).toEqual({ data: { shipmentUpdated: { cursor } } });
      const { frames, bytes } = gateway.metrics().waiting;
      mostFrames = Math.max(mostFrames, frames);
      mostBytes = Math.max(mostBytes, bytes);
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const early = await pass(20_000);
  const late = await pass(180_000);
  expect(late - early).toBeLessThan(6 * mebibyte);

  const readers = newest.length + every.length + 1;
  expect(mostFrames).toBeLessThanOrEqual(readers * (mostWaiting.frames + 1));
  expect(mostBytes).toBeLessThanOrEqual(readers * mostWaiting.bytes + 2 * defaultLiveLimits.waitingBytes);
  // Those that need every value were told to come back, and hold nothing but that message.
  const { waiting, ends, conflated } = gateway.metrics();
  expect([...ends]).toEqual([['slow_consumer', every.length]]);
  expect(waiting.frames).toBeLessThanOrEqual(2 * (newest.length + 1) + every.length);
  expect(conflated).toBeGreaterThan(50_000);
}, 240_000);

it('large messages that a reader needs all of are bounded by their bytes', async () => {
  await using live = await aLiveGateway('in process', patient);
  const { gateway, world } = live;
  using _socket = await stoppedSocket(live, [wide('shipmentUpdated', '1')]);
  let mostBytes = 0;
  await until(
    'its reader is told to come back',
    () => {
      world.move(acme, '1');
      mostBytes = Math.max(mostBytes, gateway.metrics().waiting.bytes);
      return gateway.metrics().ends.get('slow_consumer') === 1;
    },
    60_000,
  );
  expect(mostBytes).toBeGreaterThan(mostWaiting.bytes / 2);
  expect(mostBytes).toBeLessThanOrEqual(mostWaiting.bytes + defaultLiveLimits.waitingBytes);
}, 120_000);
