import { exponentOf } from './currencies.ts';
import { MoneyError } from './money-error.ts';

/** An exact amount: whole minor units of one currency. */
export interface Money {
  readonly minor: bigint;
  readonly currencyCode: string;
}

/** An amount from its minor units: `money(1990n, 'EUR')` is 19.90 euros. */
export function money(minor: bigint, currencyCode: string): Money {
  exponentOf(currencyCode);
  return { minor, currencyCode };
}

/** Nothing, in a currency. */
export function zero(currencyCode: string): Money {
  return money(0n, currencyCode);
}

/** The sum of two amounts of one currency. */
export function add(left: Money, right: Money): Money {
  expectSameCurrency(left, right, 'add');
  return { minor: left.minor + right.minor, currencyCode: left.currencyCode };
}

/** What is left of the first amount without the second. May be negative. */
export function subtract(left: Money, right: Money): Money {
  expectSameCurrency(left, right, 'subtract');
  return { minor: left.minor - right.minor, currencyCode: left.currencyCode };
}

/** The amount with the other sign. */
export function negate(amount: Money): Money {
  return { minor: -amount.minor, currencyCode: amount.currencyCode };
}

/** The sum of any number of amounts, all of the given currency; zero when there are none. */
export function sum(currencyCode: string, amounts: Iterable<Money>): Money {
  let total = zero(currencyCode);
  for (const amount of amounts) total = add(total, amount);
  return total;
}

/** Whether the amount is nothing. */
export function isZero(amount: Money): boolean {
  return amount.minor === 0n;
}

/** Whether the amount is below zero. */
export function isNegative(amount: Money): boolean {
  return amount.minor < 0n;
}

/** -1, 0 or 1 as the first amount is less than, equal to or more than the second. */
export function compare(left: Money, right: Money): -1 | 0 | 1 {
  expectSameCurrency(left, right, 'compare');
  if (left.minor === right.minor) return 0;
  return left.minor < right.minor ? -1 : 1;
}

/** The smaller of two amounts. */
export function min(left: Money, right: Money): Money {
  return compare(left, right) <= 0 ? left : right;
}

function expectSameCurrency(left: Money, right: Money, verb: string): void {
  if (left.currencyCode !== right.currencyCode) {
    throw new MoneyError(
      `Cannot ${verb} ${left.currencyCode} and ${right.currencyCode}: both amounts must have the same currency.`,
    );
  }
}
