import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDecimals, formatMoney, isZero, lowest, minus, times } from '../src/money.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('money', () => {
  test.each([
    [{ amount: '149.00', currencyCode: 'EUR' }, 'en', '€149.00'],
    [{ amount: '149.00', currencyCode: 'EUR' }, 'de', '149,00 €'],
    [{ amount: '1800', currencyCode: 'JPY' }, 'en', '¥1,800'],
    [{ amount: '-0.05', currencyCode: 'EUR' }, 'en', '-€0.05'],
    [{ amount: '1.234', currencyCode: 'KWD' }, 'en', 'KWD 1.234'],
    // A double would say …992 and …0.30000000000000004.
    [{ amount: '9007199254740993.01', currencyCode: 'EUR' }, 'en', '€9,007,199,254,740,993.01'],
    [{ amount: 'nonsense', currencyCode: 'EUR' }, 'en', 'nonsense EUR'],
  ])('%o in %s is %s', (money, locale, text) => {
    expect(plain(formatMoney(money, locale))).toBe(text);
  });

  test('is compared by value, however it is written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 0n, max: 10n ** 20n }), (a, b) => {
        const text = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
        return Math.sign(compareDecimals(text(a), text(b))) === (a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(compareDecimals('9.9', '10')).toBeLessThan(0);
    expect(compareDecimals('1.50', '1.5')).toBe(0);
  });

  test('is multiplied and subtracted without a rounding error', () => {
    const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
    expect(times(euros('0.01'), 1_234)).toEqual(euros('12.34'));
    expect(times({ amount: '1', currencyCode: 'JPY' }, 70)).toEqual({ amount: '70', currencyCode: 'JPY' });
    expect(minus(euros('179.00'), euros('0.10'))).toEqual(euros('178.90'));
    expect(minus(euros('0.05'), euros('0.10'))).toEqual(euros('-0.05'));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 10n ** 18n }), (a, b) => {
        const text = (minor: bigint): string => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
        const { amount } = minus(euros(text(a)), euros(text(b)));
        return BigInt(amount.replace('.', '')) === a - b;
      }),
    );
  });

  test('the lowest of some prices', () => {
    const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
    expect(lowest([euros('100.00'), euros('9.90'), euros('20.00')])).toEqual(euros('9.90'));
    expect(lowest([])).toBeUndefined();
    expect([isZero(euros('0.00')), isZero(euros('0.01'))]).toEqual([true, false]);
  });
});
