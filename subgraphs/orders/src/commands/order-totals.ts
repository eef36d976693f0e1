import { money } from '@ordergraph/money';
import type { StoredTotals } from '../domain/pricing.ts';
import type { RefundableOrder } from '../domain/refund-quote.ts';
import type { OrderLine } from '../entities/order-line.entity.ts';
import type { Order } from '../entities/order.entity.ts';

/** The totals of an order, as its row keeps them. */
export function totalsOfOrder(order: Order): StoredTotals {
  return {
    currencyCode: order.currencyCode,
    subtotal: order.subtotalMinor.toString(),
    shippingTotal: order.shippingMinor.toString(),
    taxTotal: order.taxMinor.toString(),
    shippingTax: order.shippingTaxMinor.toString(),
    loyaltyTotal: order.loyaltyMinor.toString(),
    grandTotal: order.grandTotalMinor.toString(),
    taxesIncluded: order.taxesIncluded,
  };
}

/** An order as the refund rules see it. */
export function refundable(order: Order, lines: readonly OrderLine[]): RefundableOrder {
  const { currencyCode } = order;
  return {
    currencyCode,
    taxesIncluded: order.taxesIncluded,
    lines: lines.map((line) => ({
      id: line.id,
      variantId: line.variantId ?? null,
      quantity: line.quantity,
      refundedQuantity: line.refundedQuantity,
      // What was paid with points comes back as points.
      total: money(line.totalMinor - line.loyaltyMinor, currencyCode),
      tax: money(line.taxMinor, currencyCode),
    })),
    shippingTotal: money(order.shippingMinor, currencyCode),
    shippingTax: money(order.shippingTaxMinor, currencyCode),
    isShippingRefunded: order.isShippingRefunded,
    redeemedPoints: order.redeemedPoints,
    captured: money(order.capturedMinor, currencyCode),
    isMoreCapturable: order.isAuthorizationOpen && order.capturedMinor < order.grandTotalMinor,
    refunded: money(order.refundedMinor, currencyCode),
  };
}
