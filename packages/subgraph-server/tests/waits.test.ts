import { expect, test } from 'vitest';
import { createWaits, waitFor } from '../src/waits.ts';

const timeoutMs = 60_000;

test('a wait that begins with the wake looks once, when it is woken', async () => {
  const waits = createWaits();
  let looks = 0;
  const found = waitFor(waits, 'saga', () => Promise.resolve((looks += 1)), timeoutMs, 'when woken');
  await Promise.resolve();
  expect(looks).toBe(0);

  waits.wake('saga');

  expect(await found).toBe(1);
});

test('a wake that nobody sends is made up for by looking after a moment', async () => {
  const found = await waitFor(createWaits(), 'saga', () => Promise.resolve('there'), timeoutMs, 'when woken');

  expect(found).toBe('there');
});

test('any other wait looks at once, and again when it is woken', async () => {
  const waits = createWaits();
  const answers = [null, 'there'];
  let looks = 0;
  const found = waitFor(
    waits,
    'saga',
    () => {
      const answer = answers[looks] ?? null;
      looks += 1;
      return Promise.resolve(answer);
    },
    timeoutMs,
  );
  expect(looks).toBe(1);

  waits.wake('saga');

  expect(await found).toBe('there');
});
