import { exponentOf } from './currencies.ts';
import { divideHalfEven, powerOfTen, readDecimal } from './decimal.ts';
import type { ExactDecimal } from './decimal.ts';
import type { Money } from './money.ts';
import { MoneyError, shown } from './money-error.ts';

/**
 * A line's amount: unit price × quantity, rounded half to even once, after the quantity. The unit price is an exact decimal
 * in major units and may have more decimals than the currency.
 */
export function multiplyPrice(unitPrice: string, quantity: number | bigint, currencyCode: string): Money {
  if (typeof quantity === 'number' && !Number.isSafeInteger(quantity)) {
    throw new MoneyError(`Expected a whole quantity; got ${shown(quantity)}.`);
  }
  const exponent = exponentOf(currencyCode);
  const price = readDecimal(unitPrice, `a unit price in ${currencyCode}`);
  const product = price.units * BigInt(quantity) * powerOfTen(exponent);
  return { minor: divideHalfEven(product, powerOfTen(price.scale)), currencyCode };
}

/** The tax that comes on top of an amount: amount × rate, rounded half to even. The rate `0.19` is 19 %. */
export function taxOn(amount: Money, rate: string): Money {
  const { units, scale } = readRate(rate);
  return { minor: divideHalfEven(amount.minor * units, powerOfTen(scale)), currencyCode: amount.currencyCode };
}

/** The tax that an amount contains: amount × rate ÷ (1 + rate), rounded half to even. The rate `0.19` is 19 %. */
export function taxWithin(amount: Money, rate: string): Money {
  const { units, scale } = readRate(rate);
  return { minor: divideHalfEven(amount.minor * units, powerOfTen(scale) + units), currencyCode: amount.currencyCode };
}

/**
 * The share of a total that belongs to a part of a whole, rounded half to even. Nothing of anything is nothing, so a part
 * of zero is allowed even when the whole is zero. Shares computed one by one need not sum to the total: see `allocate`.
 */
export function prorate(total: Money, part: bigint, whole: bigint): Money {
  if (part < 0n || part > whole) {
    throw new MoneyError(`Expected a part between 0 and the whole ${whole}; got ${part}.`);
  }
  const minor = part === 0n ? 0n : divideHalfEven(total.minor * part, whole);
  return { minor, currencyCode: total.currencyCode };
}

function readRate(rate: string): ExactDecimal {
  const read = readDecimal(rate, 'a tax rate');
  if (read.units < 0n) throw new MoneyError(`Expected a tax rate of at least 0; got ${shown(rate)}.`);
  return read;
}
