import { add, allocate, compare, prorate, subtract, sum, zero, type Money } from '@ordergraph/money';

export type Disposition = 'RESTOCK' | 'WRITE_OFF' | 'KEEP';

/** An order line, as far as a refund needs to know it. */
export interface RefundableLine {
  readonly id: string;
  readonly variantId: string | null;
  readonly quantity: number;
  /** Units that earlier refunds took, running ones included. */
  readonly refundedQuantity: number;
  readonly total: Money;
  readonly tax: Money;
}

/** An order, as far as a refund needs to know it. */
export interface RefundableOrder {
  readonly currencyCode: string;
  readonly taxesIncluded: boolean;
  readonly lines: readonly RefundableLine[];
  readonly shippingTotal: Money;
  readonly shippingTax: Money;
  readonly isShippingRefunded: boolean;
  /** Points that paid for a part of its goods. */
  readonly redeemedPoints: number;
  readonly captured: Money;
  /** Not all of its price is captured, and the rest still may be. */
  readonly isMoreCapturable: boolean;
  /** Refunded in all, running refunds included. */
  readonly refunded: Money;
}

export interface RefundRequest {
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly quantity: number;
    readonly disposition: Disposition;
    readonly locationId: string | null;
  }[];
  readonly refundShipping: boolean;
  /** Goodwill: a part of the money and no goods. */
  readonly amount: Money | null;
}

export interface QuotedLine {
  readonly orderLineId: string;
  readonly variantId: string | null;
  readonly quantity: number;
  readonly disposition: Disposition;
  readonly locationId: string | null;
  /** What goes back for it, tax included. */
  readonly amount: Money;
  readonly tax: Money;
}

export interface RefundQuote {
  readonly lines: readonly QuotedLine[];
  readonly shipping: Money;
  readonly tax: Money;
  readonly total: Money;
  readonly maximumRefundable: Money;
}

export interface QuoteRefusal {
  readonly code: 'INVALID' | 'NOT_FOUND' | 'NOT_REFUNDABLE' | 'REFUND_EXCEEDS_PAID';
  readonly message: string;
  readonly field: readonly string[];
}

/**
 * The share of `whole` that units `before` to `before + quantity` of a line carry. Taken as the difference of two
 * running shares, so that however the units are split over refunds, their shares sum to the whole.
 */
function shareOf(whole: Money, line: RefundableLine, quantity: number): Money {
  const until = (units: number): Money => prorate(whole, BigInt(units), BigInt(line.quantity));
  return subtract(until(line.refundedQuantity + quantity), until(line.refundedQuantity));
}

function quoteLine(order: RefundableOrder, line: RefundableLine, request: RefundRequest['lines'][number]): QuotedLine {
  const tax = shareOf(line.tax, line, request.quantity);
  const net = shareOf(line.total, line, request.quantity);
  return {
    ...request,
    variantId: line.variantId,
    // A SERVICE has no goods that could go anywhere.
    disposition: line.variantId ? request.disposition : 'KEEP',
    amount: order.taxesIncluded ? net : add(net, tax),
    tax,
  };
}

/** What a refund gives back, to the last minor unit, or why there can be none. */
export function quoteRefund(order: RefundableOrder, request: RefundRequest): RefundQuote | QuoteRefusal {
  const none = zero(order.currencyCode);
  const maximumRefundable = subtract(order.captured, order.refunded);
  // Goods that points paid in full bring back points, and no money.
  const bringsPoints = order.redeemedPoints > 0 && request.lines.length > 0;
  if (maximumRefundable.minor <= 0n && !bringsPoints) {
    return { code: 'NOT_REFUNDABLE', message: 'Nothing is left that could go back.', field: [] };
  }
  if (request.amount) {
    if (request.lines.length > 0 || request.refundShipping) {
      return { code: 'INVALID', message: '`amount` goes alone, without lines and shipping.', field: ['amount'] };
    }
    if (request.amount.currencyCode !== order.currencyCode || request.amount.minor <= 0n) {
      return { code: 'INVALID', message: `Expected an amount above zero in ${order.currencyCode}.`, field: ['amount'] };
    }
    if (compare(request.amount, maximumRefundable) > 0) return exceeds(['amount']);
    return { lines: [], shipping: none, tax: none, total: request.amount, maximumRefundable };
  }

  const quoted: QuotedLine[] = [];
  for (const [index, asked] of request.lines.entries()) {
    const field = ['lines', String(index)];
    const line = order.lines.find((candidate) => candidate.id === asked.orderLineId);
    if (!line) return { code: 'NOT_FOUND', message: 'The order has no such line.', field: [...field, 'orderLineId'] };
    const isRepeated = request.lines.findIndex((other) => other.orderLineId === asked.orderLineId) !== index;
    const left = line.quantity - line.refundedQuantity;
    if (isRepeated || asked.quantity < 1) {
      return { code: 'INVALID', message: 'Name each line once, with a quantity of at least 1.', field };
    }
    if (asked.quantity > left) {
      return {
        code: 'NOT_REFUNDABLE',
        message: `Of this line ${left} can be refunded.`,
        field: [...field, 'quantity'],
      };
    }
    quoted.push(quoteLine(order, line, asked));
  }
  if (request.refundShipping && order.isShippingRefunded) {
    return { code: 'NOT_REFUNDABLE', message: 'Shipping was refunded already.', field: ['refundShipping'] };
  }
  const shippingTax = request.refundShipping ? order.shippingTax : none;
  const shippingNet = request.refundShipping ? order.shippingTotal : none;
  const shipping = order.taxesIncluded ? shippingNet : add(shippingNet, shippingTax);
  const tax = add(
    sum(
      order.currencyCode,
      quoted.map((line) => line.tax),
    ),
    shippingTax,
  );
  const total = add(
    sum(
      order.currencyCode,
      quoted.map((line) => line.amount),
    ),
    shipping,
  );
  const quote = { lines: quoted, shipping, tax, total, maximumRefundable };
  if (total.minor <= 0n && !bringsPoints)
    return { code: 'NOT_REFUNDABLE', message: 'What is named costs nothing.', field: [] };
  if (compare(total, maximumRefundable) <= 0) return quote;
  // Else goods could be given back for nothing, and paid afterwards.
  if (order.isMoreCapturable) return notCaptured;
  // What was given back as goodwill, or never captured, is missing from the last refund.
  return leavesNothing(order, request) ? fitTo(quote, maximumRefundable) : exceeds([]);
}

const exceeds = (field: readonly string[]): QuoteRefusal => ({
  code: 'REFUND_EXCEEDS_PAID',
  message: 'This is more than was paid and not yet refunded.',
  field,
});

const notCaptured: QuoteRefusal = {
  code: 'REFUND_EXCEEDS_PAID',
  message: 'This was not captured yet and still can be. Capture it before, or cancel the order.',
  field: [],
};

/** What units of a line are worth, tax included. */
function worthOf(order: RefundableOrder, line: RefundableLine, refundedQuantity: number): bigint {
  const from = { ...line, refundedQuantity };
  const left = line.quantity - refundedQuantity;
  return shareOf(line.total, from, left).minor + (order.taxesIncluded ? 0n : shareOf(line.tax, from, left).minor);
}

/** True when behind this refund nothing of the order is left that costs anything. */
function leavesNothing(order: RefundableOrder, request: RefundRequest): boolean {
  const isShippingDone = order.isShippingRefunded || request.refundShipping || order.shippingTotal.minor === 0n;
  return (
    isShippingDone &&
    order.lines.every((line) => {
      const now = request.lines.find((asked) => asked.orderLineId === line.id)?.quantity ?? 0;
      return worthOf(order, line, line.refundedQuantity + now) === 0n;
    })
  );
}

/** Spreads exactly a total over the parts of a quote, by largest remainder, and its tax with them. */
function fitTo(quote: RefundQuote, total: Money): RefundQuote {
  const none = zero(total.currencyCode);
  const parts = [...quote.lines.map((line) => line.amount), quote.shipping];
  const amounts = allocate(
    total,
    parts.map((part) => part.minor),
  );
  const taxes = allocate(scaled(quote.tax, total, quote.total), [
    ...quote.lines.map((line) => line.tax.minor),
    shippingTaxOf(quote),
  ]);
  const lines = quote.lines.map((line, index) => ({
    ...line,
    amount: amounts[index] ?? none,
    tax: taxes[index] ?? none,
  }));
  return { ...quote, lines, shipping: amounts.at(-1) ?? none, tax: sum(total.currencyCode, taxes), total };
}

const shippingTaxOf = (quote: RefundQuote): bigint =>
  subtract(
    quote.tax,
    sum(
      quote.tax.currencyCode,
      quote.lines.map((line) => line.tax),
    ),
  ).minor;

const scaled = (tax: Money, total: Money, quoted: Money): Money =>
  compare(total, quoted) < 0 ? prorate(tax, total.minor, quoted.minor) : tax;

/** All that is left of an order's money, for a cancellation: units that never left are kept where they are. */
export function quoteEverything(standing: RefundableOrder): RefundQuote | null {
  // What was not captured is given up with the order.
  const order = { ...standing, isMoreCapturable: false };
  const rest = subtract(order.captured, order.refunded);
  const quote = quoteRefund(order, {
    lines: order.lines
      .filter((line) => line.refundedQuantity < line.quantity)
      .map((line) => ({
        orderLineId: line.id,
        quantity: line.quantity - line.refundedQuantity,
        disposition: 'KEEP' as const,
        locationId: null,
      })),
    refundShipping: !order.isShippingRefunded && order.shippingTotal.minor > 0n,
    amount: null,
  });
  if (!('code' in quote)) return compare(quote.total, rest) === 0 ? quote : fitTo(quote, rest);
  // Nothing that costs anything is left, but a refund that the provider took back is still owed.
  const owed = quoteRefund(order, { lines: [], refundShipping: false, amount: rest });
  return 'code' in owed ? null : owed;
}
