import { add, money, subtract, zero, type Money } from '@ordergraph/money';
import type { Totals } from '../src/domain/pricing.ts';
import type { RefundableLine, RefundableOrder, RefundQuote } from '../src/domain/refund-quote.ts';

/** An order that refunds are taken from, as `lockRefund` does it. */
export class RefundLedger {
  order: RefundableOrder;
  readonly quotes: RefundQuote[] = [];

  constructor(order: RefundableOrder) {
    this.order = order;
  }

  get left(): Money {
    return subtract(this.order.captured, this.order.refunded);
  }

  take(quote: RefundQuote): void {
    this.quotes.push(quote);
    const unitsOf = (line: RefundableLine) =>
      quote.lines.find((quoted) => quoted.orderLineId === line.id)?.quantity ?? 0;
    this.order = {
      ...this.order,
      lines: this.order.lines.map((line) => ({ ...line, refundedQuantity: line.refundedQuantity + unitsOf(line) })),
      isShippingRefunded: this.order.isShippingRefunded || quote.shipping.minor > 0n,
      refunded: add(this.order.refunded, quote.total),
    };
  }

  /** The provider took the latest refund back. */
  reverse(): void {
    const last = this.quotes.at(-1);
    if (last) this.order = { ...this.order, refunded: subtract(this.order.refunded, last.total) };
  }
}

/** An order as it is after its capture. */
export function captured(
  order: { readonly lines: readonly { quantity: number; total: Money; tax: Money }[]; readonly totals: Totals },
  amount = order.totals.grandTotal,
): RefundLedger {
  const { currencyCode } = order.totals.grandTotal;
  return new RefundLedger({
    currencyCode,
    taxesIncluded: order.totals.taxesIncluded,
    lines: order.lines.map(({ quantity, total, tax }, index) => ({
      id: `line-${index + 1}`,
      variantId: `variant-${index + 1}`,
      quantity,
      refundedQuantity: 0,
      total,
      tax,
    })),
    shippingTotal: order.totals.shippingTotal,
    shippingTax: order.totals.shippingTax,
    isShippingRefunded: false,
    redeemedPoints: 0,
    isMoreCapturable: false,
    captured: money(amount.minor, currencyCode),
    refunded: zero(currencyCode),
  });
}
