import { expect, test } from 'vitest';
import { createBreaker } from '../src/subgraph-clients/breaker.ts';
import { createRetryBudget } from '../src/subgraph-clients/retry-budget.ts';

function aBreaker() {
  const clock = { nowMs: 0 };
  const breaker = createBreaker(() => clock.nowMs);
  const record = (outcome: 'answered' | 'failed', count: number): void => {
    for (let call = 0; call < count; call++) if (breaker.admits()) breaker.record(outcome);
  };
  return { clock, breaker, record };
}

test('admits while less than half of the calls fail, or too few to tell', () => {
  const { breaker, record } = aBreaker();
  record('failed', 19);
  expect(breaker.admits()).toBe(true);

  const mostlyWell = aBreaker();
  mostlyWell.record('answered', 51);
  mostlyWell.record('failed', 50);
  expect(mostlyWell.breaker.admits()).toBe(true);
});

test('opens when half of twenty calls failed, lets one probe through after five seconds, and closes on its answer', () => {
  const { clock, breaker, record } = aBreaker();
  record('answered', 10);
  record('failed', 10);
  expect(breaker.admits()).toBe(false);

  clock.nowMs = 5_000;
  expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  breaker.record('answered');

  expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
});

test('stays open for another five seconds when the probe fails', () => {
  const { clock, breaker, record } = aBreaker();
  record('failed', 20);
  clock.nowMs = 5_000;
  breaker.admits();
  breaker.record('failed');

  clock.nowMs = 9_999;
  expect(breaker.admits()).toBe(false);
  clock.nowMs = 10_000;
  expect(breaker.admits()).toBe(true);
});

test('forgets failures that are older than its window', () => {
  const { clock, breaker, record } = aBreaker();
  record('failed', 19);
  clock.nowMs = 10_001;
  record('failed', 1);

  expect(breaker.admits()).toBe(true);
});

test('lets one in ten requests be repeated, and one more at the start', () => {
  const budget = createRetryBudget();
  let repeats = 0;

  for (let request = 0; request < 1_000; request++) {
    budget.earn();
    if (budget.spend()) repeats++;
  }

  expect(repeats).toBeGreaterThan(95);
  expect(repeats).toBeLessThanOrEqual(101);
});
