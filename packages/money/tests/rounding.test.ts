import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exponentOf, money, MoneyError, multiplyPrice, prorate, taxOn, taxWithin } from '../src/index.ts';

const currency = fc.constantFrom('JPY', 'EUR', 'BHD', 'CLF');
const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const decimal = fc
  .record({ units: fc.bigInt({ min: 0n, max: 10n ** 12n }), scale: fc.nat({ max: 12 }) })
  .map(({ units, scale }) => ({ units, scale, text: decimalText(units, scale) }));

function decimalText(units: bigint, scale: number): string {
  const digits = String(units).padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Says what rounding half to even means, without computing it: never further than half a unit, and at half an even result. */
function expectHalfEven(result: bigint, dividend: bigint, divisor: bigint): void {
  const difference = result * divisor - dividend;
  const twice = 2n * (difference < 0n ? -difference : difference);

  expect(twice <= divisor).toBe(true);
  if (twice === divisor) expect(result % 2n).toBe(0n);
}

describe('a line', () => {
  test('is rounded once, after the quantity', () => {
    expect(multiplyPrice('0.125', 3, 'EUR').minor).toBe(38n);
    expect(multiplyPrice('0.005', 1000, 'EUR').minor).toBe(500n);
  });

  test.each([
    ['0.005', 0n],
    ['0.015', 2n],
    ['0.025', 2n],
    ['0.035', 4n],
    ['0.0250001', 3n],
    ['-0.005', 0n],
    ['-0.015', -2n],
    ['-0.025', -2n],
  ])('of one unit at %s euros costs %s cents, halves to the even cent', (price, cents) => {
    expect(multiplyPrice(price, 1, 'EUR').minor).toBe(cents);
  });

  test('costs the exact product rounded half to even, whatever the digits of the price and the currency', () => {
    fc.assert(
      fc.property(decimal, fc.bigInt({ min: -10_000n, max: 10_000n }), currency, (price, quantity, code) => {
        const line = multiplyPrice(price.text, quantity, code);

        expect(line.currencyCode).toBe(code);
        expectHalfEven(
          line.minor,
          price.units * quantity * 10n ** BigInt(exponentOf(code)),
          10n ** BigInt(price.scale),
        );
      }),
    );
  });

  test('takes its quantity as a number or as a bigint', () => {
    fc.assert(
      fc.property(decimal, fc.integer(), (price, quantity) => {
        expect(multiplyPrice(price.text, quantity, 'EUR')).toEqual(multiplyPrice(price.text, BigInt(quantity), 'EUR'));
      }),
    );
  });

  test.each([1.5, NaN, Infinity, 2 ** 53])('refuses the quantity %s', (quantity) => {
    expect(() => multiplyPrice('1.00', quantity, 'EUR')).toThrow(MoneyError);
  });

  test('refuses a price that is not a decimal, and an unknown currency', () => {
    expect(() => multiplyPrice('1e2', 1, 'EUR')).toThrow(
      'Expected a unit price in EUR as a decimal string such as "12.50"; got "1e2".',
    );
    expect(() => multiplyPrice('1', 1, 'ABC')).toThrow(MoneyError);
  });
});

describe('tax', () => {
  test('on top and contained are the two views of one price', () => {
    expect(taxOn(money(10000n, 'EUR'), '0.19').minor).toBe(1900n);
    expect(taxWithin(money(11900n, 'EUR'), '0.19').minor).toBe(1900n);
  });

  test('on top is amount × rate, rounded half to even', () => {
    fc.assert(
      fc.property(minor, decimal, currency, (units, rate, code) => {
        expectHalfEven(taxOn(money(units, code), rate.text).minor, units * rate.units, 10n ** BigInt(rate.scale));
      }),
    );
  });

  test('contained is amount × rate ÷ (1 + rate), rounded half to even', () => {
    fc.assert(
      fc.property(minor, decimal, currency, (units, rate, code) => {
        expectHalfEven(
          taxWithin(money(units, code), rate.text).minor,
          units * rate.units,
          10n ** BigInt(rate.scale) + rate.units,
        );
      }),
    );
  });

  test('of a negative amount is the negative of the tax', () => {
    fc.assert(
      fc.property(minor, decimal, (units, rate) => {
        expect(taxOn(money(-units, 'EUR'), rate.text).minor).toBe(-taxOn(money(units, 'EUR'), rate.text).minor);
        expect(taxWithin(money(-units, 'EUR'), rate.text).minor).toBe(-taxWithin(money(units, 'EUR'), rate.text).minor);
      }),
    );
  });

  test('at a negative rate is refused', () => {
    expect(() => taxOn(money(1n, 'EUR'), '-0.19')).toThrow('Expected a tax rate of at least 0; got "-0.19".');
    expect(() => taxWithin(money(1n, 'EUR'), '-1')).toThrow(MoneyError);
  });
});

describe('a share', () => {
  test('is total × part ÷ whole, rounded half to even', () => {
    fc.assert(
      fc.property(
        minor,
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        (units, whole, any) => {
          const part = any % (whole + 1n);

          expectHalfEven(prorate(money(units, 'EUR'), part, whole).minor, units * part, whole);
        },
      ),
    );
  });

  test('of the whole is the total, and of nothing is nothing', () => {
    expect(prorate(money(1001n, 'EUR'), 3n, 3n).minor).toBe(1001n);
    expect(prorate(money(1001n, 'EUR'), 0n, 3n).minor).toBe(0n);
    expect(prorate(money(1001n, 'EUR'), 0n, 0n).minor).toBe(0n);
  });

  test.each([
    [4n, 3n],
    [-1n, 3n],
    [1n, 0n],
    [-1n, -3n],
  ])('of %s in %s is refused', (part, whole) => {
    expect(() => prorate(money(1n, 'EUR'), part, whole)).toThrow(
      `Expected a part between 0 and the whole ${whole}; got ${part}.`,
    );
  });
});
