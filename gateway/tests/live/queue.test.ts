import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameQueue } from '../../src/subscriptions/queue.ts';
import type { Frame } from '../../src/subscriptions/frame.ts';

const frame = (json: string, key = '', bytes = json.length): Frame => ({
  json,
  bytes,
  cursor: json,
  key,
  receivedAt: 0,
});
const noReturn = { onReturn: () => {} };

describe('a queue', () => {
  it('of every value keeps them all, in order, up to its bound', async () => {
    const queue = createFrameQueue({ mode: 'EVERY', ...noReturn });
    for (let at = 0; at < 256; at++) expect(queue.push(frame(String(at)))).toBe('kept');
    expect(queue.push(frame('one too many'))).toBe('overflow');
    for (let at = 0; at < 256; at++) expect((await queue.next()).value?.json).toBe(String(at));
  });

  it('of newest values keeps one for each key', async () => {
    const queue = createFrameQueue({ mode: 'NEWEST', ...noReturn });
    expect(queue.push(frame('a1', 'a'))).toBe('kept');
    expect(queue.push(frame('b1', 'b'))).toBe('kept');
    expect(queue.push(frame('a2', 'a'))).toBe('conflated');
    expect(queue.waiting.frames).toBe(2);
    expect((await queue.next()).value?.json).toBe('a2');
    expect((await queue.next()).value?.json).toBe('b1');
  });

  it.each(['EVERY', 'NEWEST'] as const)(
    'of %s has a bound in bytes, which one frame alone may exceed',
    async (mode) => {
      const queue = createFrameQueue({ mode, ...noReturn, bound: { frames: 10, bytes: 100 } });
      expect(queue.push(frame('large', 'a', 150))).toBe('kept');
      expect(queue.push(frame('small', 'b', 1))).toBe('overflow');
      expect(queue.waiting).toEqual({ frames: 1, bytes: 150 });
      await queue.next();
      expect(queue.push(frame('a1', 'a', 40))).toBe('kept');
      expect(queue.push(frame('b1', 'b', 60))).toBe('kept');
      expect(queue.push(frame('a2', 'a', 41))).toBe('overflow');
      expect(queue.waiting).toEqual({ frames: 2, bytes: 100 });
      await queue.next();
      expect(queue.waiting).toEqual({ frames: 1, bytes: 60 });
      queue.fail(new Error('Enough.'));
      expect(queue.waiting).toEqual({ frames: 0, bytes: 0 });
    },
  );

  it('whatever is pushed and read: every value once and in order, or the newest of each key at the end', async () => {
    const step = fc.oneof(fc.record({ push: fc.constantFrom('a', 'b', 'c') }), fc.constant('read' as const));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('EVERY' as const, 'NEWEST' as const), fc.array(step), async (mode, steps) => {
        const queue = createFrameQueue({ mode, ...noReturn, bound: { frames: 1_000, bytes: 1e6 } });
        const pushed: Frame[] = [];
        const read: Frame[] = [];
        for (const one of steps) {
          if (one !== 'read') {
            const next = frame(String(pushed.length), one.push);
            pushed.push(next);
            queue.push(next);
          } else if (queue.waiting.frames > 0) read.push((await queue.next()).value as Frame);
        }
        const { waiting } = queue;
        queue.finish();
        const rest: Frame[] = [];
        for await (const one of queue) rest.push(one);
        expect(waiting).toEqual({ frames: rest.length, bytes: rest.reduce((sum, { bytes }) => sum + bytes, 0) });
        read.push(...rest);

        if (mode === 'EVERY') expect(read).toEqual(pushed);
        for (const key of mode === 'NEWEST' ? ['a', 'b', 'c'] : []) {
          const ofKey = read.filter((one) => one.key === key).map(({ json }) => Number(json));
          expect(ofKey).toEqual([...ofKey].sort((one, other) => one - other));
          expect(ofKey.at(-1)).toBe(
            pushed
              .filter((one) => one.key === key)
              .map(({ json }) => Number(json))
              .at(-1),
          );
        }
      }),
    );
  });

  it('ends after what waits; fails at once; tells once that its reader has gone', async () => {
    const finished = createFrameQueue({ mode: 'EVERY', ...noReturn });
    finished.push(frame('last'));
    finished.finish();
    expect((await finished.next()).value?.json).toBe('last');
    expect((await finished.next()).done).toBe(true);

    const failed = createFrameQueue({ mode: 'EVERY', ...noReturn });
    failed.push(frame('dropped'));
    failed.fail(new Error('Enough.'));
    await expect(failed.next()).rejects.toThrow('Enough.');
    expect((await failed.next()).done).toBe(true);

    let returns = 0;
    const left = createFrameQueue({ mode: 'EVERY', onReturn: () => void returns++ });
    const waiting = left.next();
    await left.return?.();
    await left.return?.();
    expect((await waiting).done).toBe(true);
    expect(returns).toBe(1);
  });
});
