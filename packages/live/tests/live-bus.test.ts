import { findRedisServer, startRedisServer, waitFor, type RedisServer } from '@ordergraph/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createLiveBus,
  createMemoryEngine,
  createRedisEngine,
  liveTopic,
  type LiveBus,
  type LiveSignal,
} from '../src/index.ts';

const tenantId = '0190a000-0000-7000-8000-000000000001';
const topic = liveTopic(tenantId, ['order', '0190a000-0000-7000-8000-000000000002']);
const other = liveTopic(tenantId, ['order', '0190a000-0000-7000-8000-000000000003']);

/** What every live bus has to hold, whatever carries its notices. */
function describeLiveBus(name: string, open: (onError: (message: string) => void) => Promise<LiveBus>, skip = false) {
  describe.skipIf(skip)(name, () => {
    let bus: LiveBus;
    const errors: string[] = [];
    beforeEach(async () => {
      errors.length = 0;
      bus = await open((message) => void errors.push(message));
    });
    afterEach(() => bus.close());

    test('tells every listener of a topic, in order, and nobody else', async () => {
      const heard: LiveSignal[][] = [[], [], []];
      await bus.subscribe(topic, (signal) => heard[0]?.push(signal));
      await bus.subscribe(topic, (signal) => heard[1]?.push(signal));
      await bus.subscribe(other, (signal) => heard[2]?.push(signal));

      for (let version = 1; version <= 50; version += 1) bus.publish(topic, { version });

      const all = Array.from({ length: 50 }, (_, at) => ({ version: at + 1 }));
      await waitFor(() => heard[0]?.length === 50 && heard[1]?.length === 50);
      expect(heard).toEqual([all, all, []]);
    });

    test('misses nothing that is published after it answered', async () => {
      for (let round = 1; round <= 20; round += 1) {
        const heard: LiveSignal[] = [];
        const leave = await bus.subscribe(topic, (signal) => heard.push(signal));
        bus.publish(topic, { version: round });
        await waitFor(() => heard.length > 0);
        leave();
      }
    });

    test('keeps one subscription for a topic, and none when everybody left', async () => {
      const leaves = await Promise.all(Array.from({ length: 10 }, () => bus.subscribe(topic, () => undefined)));
      expect(bus.topics).toBe(1);

      for (const leave of leaves) leave();

      expect(bus.topics).toBe(0);
      const heard: LiveSignal[] = [];
      await bus.subscribe(topic, (signal) => heard.push(signal));
      bus.publish(topic, { version: 1 });
      await waitFor(() => heard.length === 1);
    });

    test('takes a notice without a version for what it is: something moved', async () => {
      const heard: LiveSignal[] = [];
      await bus.subscribe(topic, (signal) => heard.push(signal));

      bus.publish(topic, {});

      await waitFor(() => heard.length === 1);
      expect(heard).toEqual([{}]);
      expect(errors).toEqual([]);
    });

    test('hands every listener a notice that none of them can change', async () => {
      const heard: LiveSignal[] = [];
      await bus.subscribe(topic, (signal) => heard.push(signal));

      bus.publish(topic, { version: 1 });

      await waitFor(() => heard.length === 1);
      expect(Object.isFrozen(heard[0])).toBe(true);
    });
  });
}

describeLiveBus('in memory', async (onError) => createLiveBus(createMemoryEngine(), onError));

const source = findRedisServer();
if (source.kind === 'none') process.stderr.write(`Skipped: ${source.reason}\n`);

describe.skipIf(source.kind === 'none')('over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer(source);
  });
  afterAll(() => redis.stop());
  const open = async (onError: (message: string) => void): Promise<LiveBus> =>
    createLiveBus(await createRedisEngine(redis.url, onError), onError);

  describeLiveBus('the same', open);

  test('a topic of one process is heard in another', async () => {
    const [here, there] = [await open(() => undefined), await open(() => undefined)];
    const heard: LiveSignal[] = [];
    await there.subscribe(topic, (signal) => heard.push(signal));

    here.publish(topic, { version: 7 });

    await waitFor(() => heard.length === 1);
    expect(heard).toEqual([{ version: 7 }]);
    await Promise.all([here.close(), there.close()]);
  });

  test.skipIf(source.kind === 'url')('a server that was lost and came back is told as a gap', async () => {
    await using own = await startRedisServer(source);
    const errors: string[] = [];
    const bus = createLiveBus(
      await createRedisEngine(own.url, (message) => void errors.push(message)),
      () => undefined,
    );
    const heard: LiveSignal[] = [];
    await bus.subscribe(topic, (signal) => heard.push(signal));

    await own.kill();
    bus.publish(topic, { version: 1 });
    await own.restart();
    await waitFor(() => heard.includes('gap'));
    bus.publish(topic, { version: 2 });

    await waitFor(() => heard.some((signal) => signal !== 'gap'));
    expect(heard[0]).toBe('gap');
    expect(heard.filter((signal) => signal !== 'gap')).toEqual([{ version: 2 }]);
    expect(errors[0]).toContain('Redis');
    await bus.close();
  });

  test.skipIf(source.kind === 'url')('a notice that its sender lost is told to all processes as a gap', async () => {
    await using own = await startRedisServer(source);
    const there = createLiveBus(await createRedisEngine(own.url, () => undefined), () => undefined);
    const lost: string[] = [];
    const here = createLiveBus(await createRedisEngine(own.url, () => undefined), (message) => void lost.push(message));
    const control = new Redis(own.url);
    const heard: LiveSignal[] = [];
    await there.subscribe(topic, (signal) => heard.push(signal));

    // Of the two connections of a bus, the one that sends breaks: its listener hears of nothing.
    const clients = String(await control.client('LIST'));
    const senders = clients
      .split('\n')
      .filter((line) => line.includes(' sub=0 ') && line.includes('cmd=') && !line.includes('cmd=client'));
    for (const [, id] of senders.flatMap((line) => [...line.matchAll(/^id=(\d+)/g)]))
      await control.client('KILL', 'ID', String(id));
    await waitFor(() => {
      here.publish(topic, { version: 1 });
      return lost.length > 0;
    });

    await waitFor(() => heard.includes('gap'));
    control.disconnect();
    await Promise.all([here.close(), there.close()]);
  });

  test('an address without a Redis is refused with a sentence', async () => {
    await expect(createRedisEngine('redis://127.0.0.1:1', () => undefined)).rejects.toThrow(
      'Start it, or unset REDIS_URL.',
    );
  });
});

test('a topic is refused a name that stands for more than one subject', () => {
  for (const id of ['*', '>', 'a.b', 'a:b', '', ' ', '-']) {
    expect(() => liveTopic(tenantId, ['order', id])).toThrow('is no part of a topic');
  }
  expect(() => liveTopic('', ['order', '1'])).toThrow('is no part of a topic');
});
