import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  compare,
  currencyCodes,
  exponentOf,
  formatMoney,
  isCurrencyCode,
  isNegative,
  isZero,
  min,
  money,
  MoneyError,
  negate,
  parseMoney,
  readMoney,
  subtract,
  sum,
  zero,
} from '../src/index.ts';

const minor = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
const currency = fc.constantFrom('EUR', 'JPY', 'BHD', 'CLF');

describe('currencies', () => {
  test.each([
    ['JPY', 0],
    ['KRW', 0],
    ['VND', 0],
    ['EUR', 2],
    ['USD', 2],
    ['XCG', 2],
    ['MRU', 2],
    ['BHD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('%s has %i decimals', (code, decimals) => {
    expect(exponentOf(code)).toBe(decimals);
  });

  test('the table holds each of the 165 active currencies with a minor unit once', () => {
    expect(currencyCodes).toHaveLength(165);
    expect(currencyCodes.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });

  test.each(['', 'eur', 'XXX', 'XAU', 'BGN', 'EURO', '__proto__'])('%j is not a currency', (code) => {
    expect(isCurrencyCode(code)).toBe(false);
    expect(() => exponentOf(code)).toThrow(MoneyError);
  });

  test('no amount can be made in an unknown currency', () => {
    expect(() => money(1n, 'ABC')).toThrow('Expected an active ISO 4217 currency code such as "EUR"; got "ABC".');
    expect(() => zero('ABC')).toThrow(MoneyError);
    expect(() => sum('ABC', [])).toThrow(MoneyError);
  });
});

describe('sums', () => {
  test('adding amounts adds their minor units', () => {
    fc.assert(
      fc.property(minor, minor, currency, (a, b, code) => {
        expect(add(money(a, code), money(b, code))).toEqual({ minor: a + b, currencyCode: code });
      }),
    );
  });

  test('subtracting is adding the negative', () => {
    fc.assert(
      fc.property(minor, minor, currency, (a, b, code) => {
        expect(subtract(money(a, code), money(b, code))).toEqual(add(money(a, code), negate(money(b, code))));
      }),
    );
  });

  test('a sum does not depend on the order of its amounts', () => {
    fc.assert(
      fc.property(fc.array(minor), currency, (minors, code) => {
        const amounts = minors.map((units) => money(units, code));

        expect(sum(code, amounts)).toEqual(sum(code, amounts.toReversed()));
        expect(sum(code, amounts).minor).toBe(minors.reduce((total, units) => total + units, 0n));
      }),
    );
  });

  test('two currencies never meet', () => {
    const euros = money(1n, 'EUR');
    const dollars = money(1n, 'USD');

    expect(() => add(euros, dollars)).toThrow('Cannot add EUR and USD: both amounts must have the same currency.');
    expect(() => subtract(euros, dollars)).toThrow(MoneyError);
    expect(() => compare(euros, dollars)).toThrow(MoneyError);
    expect(() => min(euros, dollars)).toThrow(MoneyError);
    expect(() => sum('EUR', [euros, dollars])).toThrow(MoneyError);
    expect(() => sum('EUR', [dollars])).toThrow(MoneyError);
  });
});

describe('comparison', () => {
  test('amounts compare like their minor units', () => {
    fc.assert(
      fc.property(minor, minor, (a, b) => {
        const [left, right] = [money(a, 'EUR'), money(b, 'EUR')];

        expect(compare(left, right)).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(min(left, right).minor).toBe(a < b ? a : b);
      }),
    );
  });

  test('zero is neither negative nor something', () => {
    expect([isZero(zero('EUR')), isNegative(zero('EUR'))]).toEqual([true, false]);
    expect([isZero(money(-1n, 'EUR')), isNegative(money(-1n, 'EUR'))]).toEqual([false, true]);
    expect([isZero(money(1n, 'EUR')), isNegative(money(1n, 'EUR'))]).toEqual([false, false]);
  });
});

describe('the decimal string', () => {
  test.each([
    [1990n, 'EUR', '19.90'],
    [5n, 'EUR', '0.05'],
    [-5n, 'EUR', '-0.05'],
    [0n, 'EUR', '0.00'],
    [-123456n, 'EUR', '-1234.56'],
    [1990n, 'JPY', '1990'],
    [0n, 'JPY', '0'],
    [-7n, 'JPY', '-7'],
    [1n, 'BHD', '0.001'],
    [12345n, 'BHD', '12.345'],
    [1n, 'CLF', '0.0001'],
  ])('%s minor units of %s are written %s', (units, code, amount) => {
    expect(formatMoney(money(units, code))).toEqual({ amount, currencyCode: code });
  });

  test('what is written is read back the same, in every currency', () => {
    fc.assert(
      fc.property(minor, fc.constantFrom(...currencyCodes), (units, code) => {
        expect(parseMoney(formatMoney(money(units, code)))).toEqual(money(units, code));
      }),
    );
  });

  test.each([
    ['19.9', 1990n],
    ['19', 1900n],
    ['-0.5', -50n],
    ['007.50', 750n],
    ['-0', 0n],
  ])('%s euros are read as %s cents', (amount, units) => {
    expect(parseMoney({ amount, currencyCode: 'EUR' }).minor).toBe(units);
  });

  test.each([
    '',
    ' ',
    '1,50',
    '1.',
    '.5',
    '+1',
    '1e3',
    '0x10',
    '--1',
    '1.5 ',
    '1_000',
    'NaN',
    'Infinity',
    '٣',
    '9'.repeat(101),
  ])('%j is refused', (amount) => {
    expect(() => parseMoney({ amount, currencyCode: 'EUR' })).toThrow(MoneyError);
  });

  test('more decimals than the currency has are refused, not rounded', () => {
    expect(() => parseMoney({ amount: '1.005', currencyCode: 'EUR' })).toThrow(
      'Expected at most 2 decimals for EUR; got 3 in "1.005".',
    );
    expect(() => parseMoney({ amount: '1.0', currencyCode: 'JPY' })).toThrow(
      'Expected at most 0 decimals for JPY; got 1 in "1.0".',
    );
  });

  test('a number where a string belongs is refused', () => {
    // What untyped JSON can bring past the compiler.
    const amount: string = JSON.parse('19.9');

    expect(() => parseMoney({ amount, currencyCode: 'EUR' })).toThrow(
      'Expected an amount of EUR as a decimal string such as "12.50"; got the number 19.9.',
    );
  });

  test('an amount that the database cannot hold is refused', () => {
    expect(parseMoney({ amount: '92233720368547758.07', currencyCode: 'EUR' }).minor).toBe(2n ** 63n - 1n);
    expect(() => parseMoney({ amount: '92233720368547758.08', currencyCode: 'EUR' })).toThrow(MoneyError);
    expect(() => parseMoney({ amount: '-92233720368547758.08', currencyCode: 'EUR' })).toThrow(MoneyError);
  });

  test('what a caller wrote is money, or the error that says why not', () => {
    expect(readMoney({ amount: '1.5', currencyCode: 'EUR' })).toEqual(money(150n, 'EUR'));
    for (const [amount, currencyCode] of [
      ['0.001', 'EUR'],
      ['1.00', 'JPY'],
      ['1', 'XXX'],
      ['1e3', 'EUR'],
      ['999999999999999999', 'EUR'],
    ] as const) {
      expect(readMoney({ amount, currencyCode })).toBeInstanceOf(MoneyError);
    }
  });

  test('a long value is cut in the message', () => {
    expect(() => parseMoney({ amount: 'x'.repeat(5000), currencyCode: 'EUR' })).toThrow(
      new RegExp(`got "${'x'.repeat(40)}…"\\.$`),
    );
  });
});
