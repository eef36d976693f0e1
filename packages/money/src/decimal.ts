import { MoneyError, shown } from './money-error.ts';

/** An exact decimal: `units / 10 ** scale`. */
export interface ExactDecimal {
  readonly units: bigint;
  readonly scale: number;
}

const decimalPattern = /^(-?)(\d+)(?:\.(\d+))?$/;

// Reading digits into a bigint takes quadratic time, so a caller must not choose the length freely.
const longestDecimal = 100;

/** Reads `12`, `-0.5`, `1.0625`; refuses numbers, exponents, signs without digits, separators and blanks. */
export function readDecimal(text: string, what: string): ExactDecimal {
  const found = typeof text === 'string' && text.length <= longestDecimal ? decimalPattern.exec(text) : null;
  if (!found) {
    throw new MoneyError(`Expected ${what} as a decimal string such as "12.50"; got ${shown(text)}.`);
  }
  const [, sign, whole = '', fraction = ''] = found;
  const digits = BigInt(whole + fraction);
  return { units: sign ? -digits : digits, scale: fraction.length };
}

/** 10 to the power of a number of digits. */
export function powerOfTen(digits: number): bigint {
  return 10n ** BigInt(digits);
}

/** The quotient rounded to an integer, halves to the even neighbour. The divisor is positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = 2n * (rest < 0n ? -rest : rest);

  const roundsAway = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  if (!roundsAway) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}
