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

function scaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(`${whole}${fraction.padEnd(scale, '0')}`);
}
