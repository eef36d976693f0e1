import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomAccount } from './random-points.ts';

const policies = ['ONLY_PENDING', 'WITHIN_BALANCE', 'ALLOW_NEGATIVE'] as const;

test.each(policies)('whatever happens at an account under %s, its books agree after every event', (policy) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 300 }), (seed, count) => {
      const account = new RandomAccount(seed, policy);
      for (let n = 0; n < count; n += 1) {
        account.step();
        expect(account.problems()).toEqual([]);
      }
      expect(account.ledgerProblems()).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test.each(policies)(
  'a full refund of every order under %s leaves of each what was forgiven, and nothing else',
  (policy) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const account = new RandomAccount(seed, policy);
        for (let n = 0; n < 200; n += 1) account.step();

        account.refundsAll();

        expect(account.problems()).toEqual([]);
        expect(account.ledgerProblems()).toEqual([]);
        for (const { earned, reversed, forgiven } of account.orders) {
          expect(earned - reversed - forgiven).toBe(0);
          if (policy === 'ALLOW_NEGATIVE') expect(forgiven).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  },
);
