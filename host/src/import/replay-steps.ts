import { createCustomer } from '@ordergraph/customers-subgraph';
import { adjustStock } from '@ordergraph/inventory-subgraph';
import { sum, zero, type Money } from '@ordergraph/money';
import { placeOrder, refundPurchases, type PricedOrderLine, type PurchaseRefunds } from '@ordergraph/orders-subgraph';
import { createPayment, createUnreferencedRefund } from '@ordergraph/payments-subgraph';
import { done } from '@ordergraph/subgraph-server';
import { amountOf, currencyCode, type Classified } from './classify.ts';
import { nameOfService } from './codes.ts';
import { countryCodeOf } from './countries.ts';
import type { createLimit } from './in-order.ts';
import type { Invoice } from './read-log.ts';
import type { SagaWatch } from './settlement.ts';
import type { Shop } from './shop.ts';
import { productIdOf, variantIdOf } from './stock-shelves.ts';
import type { SurveyedProduct } from './survey.ts';

/** What replaying needs besides the invoice. Every step of it happens once, however often it is asked for. */
export interface Replay {
  readonly shop: Shop;
  readonly sagas: SagaWatch;
  readonly products: ReadonlyMap<string, SurveyedProduct>;
  /** Orders of one merchant are numbered one after the other; those that wait for it would hold connections that sagas need. */
  readonly whilePlacing: ReturnType<typeof createLimit>;
}

// Of an address the log has the country only.
const unknownAddress = {
  name: null,
  line1: 'Unknown',
  line2: null,
  city: 'Unknown',
  region: null,
  postalCode: null,
  phone: null,
};
const methodToken = 'tok_visa';
const payMs = 3_600_000;
const longestAdjustment = 250;

export const customerKeyOf = (customer: string): string => `customer ${customer}`;
const customerIdOf = (shop: Shop, customer: string | null): string | null =>
  customer === null ? null : shop.id('customer', customer);

/** The customer of an invoice, known to the shop from now on. */
export async function addCustomer(shop: Shop, customer: string): Promise<void> {
  await shop.step('customers', customerKeyOf(customer), (tx) =>
    createCustomer(tx, {
      id: shop.id('customer', customer),
      email: `customer-${customer}@example.invalid`,
      firstName: null,
      lastName: null,
      phone: null,
      languageCode: null,
      acceptsMarketing: false,
    }),
  );
}

function orderLine({ shop, products }: Replay, line: Classified): PricedOrderLine {
  const isGoods = line.kind === 'sale';
  return {
    kind: isGoods ? 'PRODUCT' : 'SERVICE',
    variantId: isGoods ? variantIdOf(shop, line.code) : null,
    productId: isGoods ? productIdOf(shop, line.code) : null,
    sku: line.code,
    title: line.description || products.get(line.code)?.title || nameOfService(line.code),
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    total: amountOf(line),
    tax: zero(currencyCode),
    taxLines: [],
  };
}

/** What lines come to together, each rounded by itself. */
export const sumOf = (lines: readonly Classified[]): Money => sum(currencyCode, lines.map(amountOf));

/** An invoice as an order, paid and confirmed like every other. */
export async function replaySale(replay: Replay, invoice: Invoice, ordered: readonly Classified[]): Promise<void> {
  const { shop, sagas, whilePlacing } = replay;
  const { key, number, at, customer } = invoice;
  const shippingTotal = sumOf(ordered.filter(({ kind }) => kind === 'shipping'));
  const lines = ordered.filter(({ kind }) => kind !== 'shipping').map((line) => orderLine(replay, line));
  const grandTotal = sumOf(ordered);
  const none = zero(currencyCode);
  const cartId = shop.id('cart', key);
  const customerId = customerIdOf(shop, customer);
  const paymentId = grandTotal.minor === 0n ? null : shop.id('payment', key);
  if (paymentId) {
    await shop.step('payments', `payment ${key}`, async (tx) =>
      done(await createPayment(tx, { paymentId, cartId, customerId, amount: grandTotal, methodToken })),
    );
  }
  const countryCode = countryCodeOf(invoice.country) ?? null;
  const placed = await whilePlacing(() =>
    shop.step('orders', `invoice ${key}`, async (tx) => {
      const { order, sagaId } = await placeOrder(tx, {
        cartId,
        customerId,
        email:
          customer === null ? `guest-${number.toLowerCase()}@example.invalid` : `customer-${customer}@example.invalid`,
        shippingAddress: countryCode ? { ...unknownAddress, countryCode } : null,
        billingAddress: null,
        shippingHandle: null,
        carrierCode: null,
        lines,
        totals: {
          subtotal: sum(
            currencyCode,
            lines.map(({ total }) => total),
          ),
          shippingTotal,
          taxTotal: none,
          shippingTax: none,
          loyaltyTotal: none,
          grandTotal,
          taxesIncluded: true,
        },
        paymentId,
        isCapturedOnPlacement: true,
        payUntil: new Date(tx.now.getTime() + payMs),
        placedAt: at,
        externalReference: number,
      });
      // A step's outcome is kept, so that a replay finds it: ids alone.
      return done({ orderId: order.id, sagaId });
    }),
  );
  await sagas.completed(placed.sagaId).catch((cause: unknown) => {
    throw new Error(`The order of invoice ${number} was not confirmed.`, { cause });
  });
}

/** What of an invoice's cancellations went back against orders, as the first replay found it. */
export async function replayReturns(
  { shop, sagas }: Replay,
  invoice: Invoice,
  returned: readonly Classified[],
): Promise<PurchaseRefunds> {
  const customerId = customerIdOf(shop, invoice.customer);
  const outcome = await shop.step('orders', `returns ${invoice.key}`, (tx) =>
    refundPurchases(tx, {
      customerId,
      currencyCode,
      goods: returned.map((line) => ({
        sku: line.code,
        quantity: -line.quantity,
        unitPrice: line.unitPrice,
        amount: amountOf(line),
      })),
      returnedAt: invoice.at,
      reason: `Cancellation ${invoice.number}`,
    }),
  );
  await Promise.all(outcome.refunds.map(({ sagaId }) => sagas.completed(sagaId)));
  return outcome;
}

/** Gives money back that no order accounts for. */
export async function replayCredit({ shop }: Replay, invoice: Invoice, amount: Money): Promise<void> {
  await shop.step('payments', `credit ${invoice.key}`, async (tx) =>
    done(
      await createUnreferencedRefund(tx, {
        refundId: shop.id('credit', invoice.key),
        customerId: customerIdOf(shop, invoice.customer),
        amount,
        methodToken,
        reason: `Cancellation ${invoice.number}`,
      }),
    ),
  );
}

/** Units that come back, or are written off, apart from any order. */
export async function replayAdjustment(
  { shop }: Replay,
  invoice: Invoice,
  reason: string,
  changes: readonly { readonly code: string; readonly delta: number }[],
): Promise<void> {
  await shop.step('inventory', `adjustment ${invoice.key}`, async (tx) => {
    for (let at = 0; at < changes.length; at += longestAdjustment) {
      const { refusals } = await adjustStock(tx, {
        changes: changes
          .slice(at, at + longestAdjustment)
          .map(({ code, delta }) => ({ variantId: variantIdOf(shop, code), delta })),
        reason,
        reference: invoice.number,
        occurredAt: invoice.at,
      });
      if (refusals) return { refusals };
    }
    return done({});
  });
}
