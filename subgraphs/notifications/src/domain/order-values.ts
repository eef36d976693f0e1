import { exponentOf, type DecimalMoney } from '@ordergraph/money';
import type { Values } from './template.ts';

/** What is known of an order, for words about it. */
export interface OrderFacts {
  readonly number: string;
  readonly lines: readonly OrderFactsLine[];
  readonly totals: {
    readonly subtotal: DecimalMoney;
    readonly shippingTotal: DecimalMoney;
    readonly taxTotal: DecimalMoney;
    readonly grandTotal: DecimalMoney;
  };
}

export interface OrderFactsLine {
  readonly title: string;
  readonly quantity: number;
  readonly total: DecimalMoney;
}

// Wholesale orders have hundreds of lines; a mail is not an invoice.
const mostLines = 40;

// Making one takes longer than all the rest of a mail. There are few pairs of language and currency in use; should there
// ever be many, they are forgotten and made again.
const formats = new Map<string, Intl.NumberFormat>();
const mostFormats = 200;

function formatOf(currencyCode: string, language: string): Intl.NumberFormat {
  const key = `${language} ${currencyCode}`;
  const known = formats.get(key);
  if (known) return known;
  const digits = exponentOf(currencyCode);
  const made = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: currencyCode,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  if (formats.size >= mostFormats) formats.clear();
  formats.set(key, made);
  return made;
}

/** An amount as people write it in that language. Exact: the digits never become a floating-point number. */
export function formatAmount({ amount, currencyCode }: DecimalMoney, language: string): string {
  // A decimal string is a numeric literal by its contract.
  return formatOf(currencyCode, language).format(amount as Intl.StringNumericLiteral);
}

/** What an occasion adds to what is known of the order. */
export interface OccasionFacts {
  /** What went back, where the topic is a refund. */
  readonly refunded?: DecimalMoney | undefined;
  /** The parcel's number, where the topic is one. */
  readonly shipmentNumber?: string | undefined;
  /** Where the parcel is followed, where it is. */
  readonly trackingUrl?: string | null | undefined;
}

/** The values of all variables for one order. */
export function orderValues(
  order: OrderFacts,
  merchantName: string,
  language: string,
  { refunded, shipmentNumber, trackingUrl }: OccasionFacts = {},
): Values {
  const { subtotal, shippingTotal, taxTotal, grandTotal } = order.totals;
  const lines = order.lines
    .slice(0, mostLines)
    .map(({ quantity, title, total }) => `${quantity} × ${title}: ${formatAmount(total, language)}`);
  if (order.lines.length > mostLines) lines.push(`… + ${order.lines.length - mostLines}`);
  return {
    'merchant.name': merchantName,
    'order.number': order.number,
    'order.total': formatAmount(grandTotal, language),
    'order.subtotal': formatAmount(subtotal, language),
    'order.shipping': formatAmount(shippingTotal, language),
    'order.tax': formatAmount(taxTotal, language),
    'order.lines': lines.join('\n'),
    ...(refunded ? { 'refund.amount': formatAmount(refunded, language) } : {}),
    ...(shipmentNumber === undefined ? {} : { 'shipment.number': shipmentNumber }),
    ...(trackingUrl ? { 'shipment.trackingUrl': trackingUrl } : {}),
  };
}

const euros = (amount: string): DecimalMoney => ({ amount, currencyCode: 'EUR' });

/** An order that never was, to show what a template looks like. */
export const inventedOrder: OrderFacts = {
  number: '1001',
  lines: [
    { title: 'Mug', quantity: 2, total: euros('19.00') },
    { title: 'Tea, 100 g', quantity: 1, total: euros('6.50') },
  ],
  totals: {
    subtotal: euros('25.50'),
    shippingTotal: euros('4.90'),
    taxTotal: euros('4.85'),
    grandTotal: euros('30.40'),
  },
};

/** What went back of the invented order, and the parcel that it came in. */
export const inventedOccasion: OccasionFacts = {
  refunded: euros('9.50'),
  shipmentNumber: '1001-1',
  trackingUrl: 'https://shop.example/track/1001-1',
};
