import { money, sum, type Money } from '@ordergraph/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteEverything, quoteRefund, type RefundQuote, type RefundRequest } from '../src/domain/refund-quote.ts';
import { aPricedOrder } from './random-order.ts';
import { captured, type RefundLedger } from './refund-ledger.ts';

// Each number is one refund: of some units of some lines, of shipping, or of a bare amount.
const refunds = fc.array(fc.nat(99_999), { maxLength: 6 });

function requestOf({ order }: RefundLedger, choice: number, hasGoodwill: boolean): RefundRequest {
  if (hasGoodwill && choice % 4 === 0) {
    // Sometimes more than is left, which has to be refused.
    const most = order.captured.minor - order.refunded.minor;
    const amount = money((most * BigInt(choice % 120)) / 97n, order.currencyCode);
    return { lines: [], refundShipping: false, amount };
  }
  const lines = order.lines.flatMap((line, index) => {
    const left = line.quantity - line.refundedQuantity;
    const quantity = (choice >> index) % (left + 1);
    return quantity === 0
      ? []
      : [{ orderLineId: line.id, quantity, disposition: 'RESTOCK' as const, locationId: null }];
  });
  return { lines, refundShipping: choice % 3 === 0 && !order.isShippingRefunded, amount: null };
}

const everythingOf = ({ order }: RefundLedger): RefundRequest => ({
  lines: order.lines.flatMap(({ id, quantity, refundedQuantity }) =>
    refundedQuantity === quantity
      ? []
      : [{ orderLineId: id, quantity: quantity - refundedQuantity, disposition: 'RESTOCK', locationId: null }],
  ),
  refundShipping: !order.isShippingRefunded && order.shippingTotal.minor > 0n,
  amount: null,
});

const total = (code: string, quotes: readonly RefundQuote[], pick: (quote: RefundQuote) => Money): Money =>
  sum(code, quotes.map(pick));

function check(ledger: RefundLedger, quote: RefundQuote): void {
  const { order } = ledger;
  const parts = [...quote.lines.map((line) => line.amount), quote.shipping];
  const isGoodwill = quote.lines.length === 0 && quote.shipping.minor === 0n;
  // Parts sum to wholes.
  if (!isGoodwill) expect(sum(order.currencyCode, parts)).toEqual(quote.total);
  for (const part of parts) expect(part.minor >= 0n).toBe(true);
  for (const line of quote.lines) expect(line.tax.minor >= 0n).toBe(true);
  expect(quote.tax.minor <= quote.total.minor).toBe(true);
  // Refunds never exceed captures.
  expect(quote.total.minor <= ledger.left.minor).toBe(true);
  ledger.take(quote);
  expect(ledger.left.minor >= 0n).toBe(true);
}

test('parts sum to wholes, refunds never exceed captures, and the last refund leaves exactly nothing', () => {
  let accepted = 0;
  fc.assert(
    fc.property(aPricedOrder, refunds, fc.boolean(), fc.nat(200), (order, choices, hasGoodwill, kept) => {
      // Under manual capture, staff may take less than the total.
      const amount =
        hasGoodwill && kept < 100
          ? (order.totals.grandTotal.minor * BigInt(kept)) / 100n
          : order.totals.grandTotal.minor;
      const ledger = captured(order, money(amount, order.currencyCode));
      for (const choice of choices) {
        const quote = quoteRefund(ledger.order, requestOf(ledger, choice, hasGoodwill));
        if ('code' in quote) continue;
        accepted += 1;
        check(ledger, quote);
      }

      const last = quoteRefund(ledger.order, everythingOf(ledger));
      if (!('code' in last)) check(ledger, last);

      expect(ledger.left.minor).toBe(0n);
      expect(quoteEverything(ledger.order)).toBeNull();
    }),
    { numRuns: 10_000 },
  );
  expect(accepted).toBeGreaterThan(10_000);
});

test('however the units of an order are split over refunds, each line and its tax come back to the last minor unit', () => {
  fc.assert(
    fc.property(aPricedOrder, refunds, (order, choices) => {
      const ledger = captured(order);
      for (const choice of choices) {
        const quote = quoteRefund(ledger.order, requestOf(ledger, choice, false));
        if (!('code' in quote)) ledger.take(quote);
      }
      const last = quoteRefund(ledger.order, everythingOf(ledger));
      if (!('code' in last)) ledger.take(last);

      const { currencyCode, totals } = order;
      ledger.order.lines.forEach((line) => {
        const parts = ledger.quotes.flatMap((quote) => quote.lines.filter((quoted) => quoted.orderLineId === line.id));
        // A line without a price may stay behind: refunding it alone would give back nothing.
        if (line.refundedQuantity === 0) return expect(line.total.minor).toBe(0n);
        const gross = totals.taxesIncluded ? line.total.minor : line.total.minor + line.tax.minor;
        expect(
          sum(
            currencyCode,
            parts.map((part) => part.amount),
          ).minor,
        ).toBe(gross);
        expect(
          sum(
            currencyCode,
            parts.map((part) => part.tax),
          ).minor,
        ).toBe(line.tax.minor);
      });
      if (totals.grandTotal.minor > 0n)
        expect(total(currencyCode, ledger.quotes, (quote) => quote.tax)).toEqual(totals.taxTotal);
      expect(total(currencyCode, ledger.quotes, (quote) => quote.total)).toEqual(totals.grandTotal);
    }),
    { numRuns: 3_000 },
  );
});

test('a cancellation takes exactly what is left, whatever went back before or was returned by the provider', () => {
  fc.assert(
    fc.property(aPricedOrder, refunds, fc.boolean(), (order, choices, isReversed) => {
      const ledger = captured(order);
      for (const choice of choices) {
        const quote = quoteRefund(ledger.order, requestOf(ledger, choice, true));
        if (!('code' in quote)) ledger.take(quote);
      }
      if (isReversed) ledger.reverse();
      const left = ledger.left;

      const everything = quoteEverything(ledger.order);

      expect(everything?.total.minor ?? 0n).toBe(left.minor);
      if (everything) {
        const parts = [...everything.lines.map((line) => line.amount), everything.shipping];
        if (everything.lines.length > 0 || everything.shipping.minor > 0n)
          expect(sum(order.currencyCode, parts)).toEqual(left);
      }
    }),
    { numRuns: 3_000 },
  );
});
