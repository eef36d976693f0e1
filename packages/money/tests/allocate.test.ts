import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate, money, MoneyError, negate, sum } from '../src/index.ts';

const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 50 });
const currency = fc.constantFrom('JPY', 'EUR', 'BHD');

const parts = (units: bigint, ...by: bigint[]) => allocate(money(units, 'EUR'), by).map((part) => part.minor);

test('gives the units left over to the largest remainders', () => {
  expect(parts(100n, 1n, 1n, 1n)).toEqual([34n, 33n, 33n]);
  expect(parts(10n, 1n, 2n, 4n)).toEqual([1n, 3n, 6n]);
  expect(parts(1n, 1n, 3n)).toEqual([0n, 1n]);
});

test('lets the earlier part win when remainders are equal', () => {
  expect(parts(5n, 1n, 1n)).toEqual([3n, 2n]);
  expect(parts(2n, 1n, 1n, 1n)).toEqual([1n, 1n, 0n]);
});

test('splits equally when all weights are zero', () => {
  expect(parts(5n, 0n, 0n)).toEqual([3n, 2n]);
});

test('splits a negative total as the mirror of the positive one', () => {
  expect(parts(-100n, 1n, 1n, 1n)).toEqual([-34n, -33n, -33n]);

  fc.assert(
    fc.property(minor, weights, (units, by) => {
      const total = money(units, 'EUR');

      expect(allocate(negate(total), by)).toEqual(allocate(total, by).map(negate));
    }),
  );
});

test('the parts sum to the whole exactly, in any currency', () => {
  fc.assert(
    fc.property(minor, weights, currency, (units, by, code) => {
      const total = money(units, code);

      const split = allocate(total, by);

      expect(split).toHaveLength(by.length);
      expect(sum(code, split)).toEqual(total);
    }),
  );
});

test('no part is a whole unit away from its exact share', () => {
  fc.assert(
    fc.property(minor, weights, (units, by) => {
      const whole = by.reduce((total, weight) => total + weight, 0n);
      fc.pre(whole > 0n);

      allocate(money(units, 'EUR'), by).forEach((part, index) => {
        const difference = part.minor * whole - units * (by[index] ?? 0n);
        expect(difference < whole && difference > -whole).toBe(true);
      });
    }),
  );
});

test('a weight of zero gets nothing while another weight is not zero', () => {
  fc.assert(
    fc.property(minor, weights, (units, by) => {
      fc.pre(by.some((weight) => weight > 0n));

      const split = allocate(money(units, 'EUR'), [0n, ...by]);

      expect(split[0]?.minor).toBe(0n);
    }),
  );
});

test('a larger weight never gets less', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), weights, (units, by) => {
      const split = allocate(money(units, 'EUR'), by);
      const sorted = split
        .map((part, index) => ({ part: part.minor, weight: by[index] ?? 0n }))
        .toSorted((a, b) => Number(a.weight - b.weight));

      sorted.forEach(({ part, weight }, index) => {
        const next = sorted[index + 1];
        if (next && next.weight > weight) expect(next.part >= part).toBe(true);
      });
    }),
  );
});

test('refuses negative weights, and to split something among nobody', () => {
  expect(() => parts(1n, 1n, -1n)).toThrow('Expected weights of at least 0; got -1.');
  expect(() => parts(1n)).toThrow(MoneyError);
  expect(parts(0n)).toEqual([]);
});
