import { expect, test } from 'vitest';
import { waitFor } from '../src/index.ts';

test('answers with the fact as soon as it is there', async () => {
  let asked = 0;

  const fact = await waitFor(() => (asked += 1) >= 3 && { asked });

  expect(fact).toEqual({ asked: 3 });
});

test('takes zero and the empty text for facts', async () => {
  expect(await waitFor(() => 0)).toBe(0);
  expect(await waitFor(() => '')).toBe('');
});

test('takes an error for "not yet"', async () => {
  let asked = 0;

  const fact = await waitFor(async () => {
    asked += 1;
    if (asked < 3) throw new Error('refused');
    return 'there';
  });

  expect(fact).toBe('there');
});

test('tells what it waited for and what it saw last', async () => {
  await expect(waitFor(() => undefined, { timeoutMs: 30, describe: 'the order to be completed' })).rejects.toThrow(
    'Waited 30 ms in vain for the order to be completed. Last seen: undefined',
  );
  await expect(
    waitFor(() => Promise.reject(new Error('connection refused')), { timeoutMs: 30, describe: () => 'an answer' }),
  ).rejects.toThrow('Waited 30 ms in vain for an answer. Last seen: Error: connection refused');
});

test('does not wait for a question that never answers', async () => {
  await expect(waitFor(() => new Promise<true>(() => {}), { timeoutMs: 30, describe: 'a reply' })).rejects.toThrow(
    'Last seen: no answer',
  );
});
