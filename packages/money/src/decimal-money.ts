import { exponentOf } from './currencies.ts';
import { powerOfTen, readDecimal } from './decimal.ts';
import type { Money } from './money.ts';
import { MoneyError, shown } from './money-error.ts';

/** Money as it travels: major units as a decimal string. */
export interface DecimalMoney {
  readonly amount: string;
  readonly currencyCode: string;
}

// Amounts are kept in int8 columns; refusing here names the fault instead of failing on insert.
const largestMinor = 2n ** 63n - 1n;

/** Major units with exactly as many decimals as the currency has: `{ amount: '19.90', currencyCode: 'EUR' }`. */
export function formatMoney({ minor, currencyCode }: Money): DecimalMoney {
  const exponent = exponentOf(currencyCode);
  const sign = minor < 0n ? '-' : '';
  const digits = String(minor < 0n ? -minor : minor).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent);
  return { amount: sign + (exponent === 0 ? whole : `${whole}.${fraction}`), currencyCode };
}

/**
 * Reads an amount that a caller wrote. What is not money is answered and not thrown: it is the caller's mistake, and the error's
 * message is for them.
 */
export function readMoney(written: DecimalMoney): Money | MoneyError {
  try {
    return parseMoney(written);
  } catch (error) {
    if (error instanceof MoneyError) return error;
    throw error;
  }
}

/**
 * Reads major units that were written by `formatMoney`; fewer decimals than the currency has are fine, more are refused rather
 * than rounded. Throws a `MoneyError`.
 */
export function parseMoney({ amount, currencyCode }: DecimalMoney): Money {
  const exponent = exponentOf(currencyCode);
  const { units, scale } = readDecimal(amount, `an amount of ${currencyCode}`);
  if (scale > exponent) {
    throw new MoneyError(
      `Expected at most ${exponent} decimals for ${currencyCode}; got ${scale} in ${shown(amount)}.`,
    );
  }
  const minor = units * powerOfTen(exponent - scale);
  if (minor > largestMinor || minor < -largestMinor) {
    throw new MoneyError(
      `Expected an amount of at most ${largestMinor} minor units; got ${shown(amount)} ${currencyCode}.`,
    );
  }
  return { minor, currencyCode };
}
