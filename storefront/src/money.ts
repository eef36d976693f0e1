/** An amount as the API has it: major units as a decimal text, which no floating-point number ever touches. */
export interface Money {
  readonly amount: string;
  readonly currencyCode: string;
}

/** Writes an amount for people: `€149.00`, `¥1,800`. Exact for any number of digits. */
export function formatMoney({ amount, currencyCode }: Money, locale?: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(amount)) return `${amount} ${currencyCode}`;
  const decimals = amount.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currencyCode,
    // As many as the API sends: it knows the currency's digits.
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  // A decimal text is formatted exactly (ECMA-402 NumberFormat v3); the check above has made sure that it is one.
  return format.format(amount as `${number}`);
}

/** Whether an amount is nothing. */
export const isZero = ({ amount }: Money): boolean => /^-?0+(\.0+)?$/.test(amount);

/** An amount so many times, exactly. */
export function times({ amount, currencyCode }: Money, count: number): Money {
  const scale = fractionOf(amount).length;
  return { amount: unscaled(scaled(amount, scale) * BigInt(count), scale), currencyCode };
}

/** What is left of an amount, exactly. Both are of one currency. */
export function minus(from: Money, taken: Money): Money {
  const scale = Math.max(fractionOf(from.amount).length, fractionOf(taken.amount).length);
  return {
    amount: unscaled(scaled(from.amount, scale) - scaled(taken.amount, scale), scale),
    currencyCode: from.currencyCode,
  };
}

/** The lowest of some amounts of one currency; undefined for none. */
export function lowest(amounts: readonly Money[]): Money | undefined {
  return amounts.reduce<Money | undefined>(
    (least, money) => (least === undefined || compareDecimals(money.amount, least.amount) < 0 ? money : least),
    undefined,
  );
}

/** Compares decimal texts by value: negative when the first is less. */
export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(fractionOf(a).length, fractionOf(b).length);
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const fractionOf = (text: string): string => text.split('.')[1] ?? '';

function unscaled(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

function scaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(scale, '0')}`);
}
