import { multiplyPrice, type Money } from '@ordergraph/money';
import { kindOfCode } from './codes.ts';
import { countryCodeOf } from './countries.ts';
import type { LogLine } from './log-line.ts';

export const currencyCode = 'GBP';

/** What a line is taken as. */
export type LineKind =
  | 'sale'
  | 'shipping'
  | 'service'
  | 'cancelled goods'
  | 'cancelled shipping'
  | 'cancelled service'
  | 'write-off';

const isNegative = (price: string): boolean => price.startsWith('-') && /[1-9]/.test(price);
const isZero = (price: string): boolean => !/[1-9]/.test(price);

/** What a line is, or why it cannot be taken. */
export function classify(line: LogLine): { readonly kind: LineKind } | { readonly reason: string } {
  const { invoice, quantity, unitPrice } = line;
  const code = kindOfCode(line.code);
  if (invoice.startsWith('A'))
    return { reason: 'An adjustment of bad debt: a matter of the books, neither a sale nor a refund.' };
  if (isNegative(unitPrice)) return { reason: 'A price below zero.' };
  if (quantity === 0) return { reason: 'A quantity of zero.' };
  if (countryCodeOf(line.country) === undefined) return { reason: `An unknown country: ${line.country}.` };
  if (invoice.startsWith('C')) {
    if (quantity > 0) return { reason: 'A cancellation with a quantity above zero.' };
    if (code === 'SHIPPING') return { kind: 'cancelled shipping' };
    return { kind: code === 'SERVICE' ? 'cancelled service' : 'cancelled goods' };
  }
  if (quantity > 0) {
    if (code === 'SHIPPING') return { kind: 'shipping' };
    return { kind: code === 'SERVICE' ? 'service' : 'sale' };
  }
  if (!isZero(unitPrice)) return { reason: 'A quantity below zero with a price, outside of a cancellation.' };
  return code === 'GOODS' ? { kind: 'write-off' } : { reason: 'A write-off of something that has no stock.' };
}

/** What a line comes to, without its sign: price × quantity, rounded once. */
export const amountOf = (line: LogLine): Money => multiplyPrice(line.unitPrice, Math.abs(line.quantity), currencyCode);

export type Classified = LogLine & { readonly kind: LineKind };

/** Signed units that leave the shelf with a line. */
export function unitsOut({ kind, quantity }: Classified): number {
  if (kind === 'sale') return quantity;
  // Both are below zero in the log: a write-off takes, a cancellation brings back.
  if (kind === 'write-off') return -quantity;
  return kind === 'cancelled goods' ? quantity : 0;
}
