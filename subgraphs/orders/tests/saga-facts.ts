import type { CancelFacts } from '../src/domain/cancel-saga.ts';
import type { CheckoutFacts } from '../src/domain/checkout-saga.ts';
import type { PlaceFacts } from '../src/domain/place-saga.ts';
import type { RefundFacts } from '../src/domain/refund-saga.ts';
import { ids } from './saga-world.ts';

const twentyEuros = { amount: '20.00', currencyCode: 'EUR' };
const soon = '2026-03-01T12:10:00.000Z';

export const aCheckout = (facts: Partial<CheckoutFacts> = {}): CheckoutFacts => ({
  cartId: ids.cart,
  customerId: ids.customer,
  lines: [{ variantId: ids.variant, quantity: 2 }],
  redeemPoints: 0,
  subtotal: twentyEuros,
  expiresAt: soon,
  redemptionId: null,
  shortages: [],
  ...facts,
});

export const aPlacing = (facts: Partial<PlaceFacts> = {}): PlaceFacts => ({
  orderId: ids.order,
  cartId: ids.cart,
  lines: [{ variantId: ids.variant, quantity: 2 }],
  paymentId: ids.payment,
  amount: twentyEuros,
  isCapturedOnPlacement: true,
  redemptionId: null,
  carrierCode: 'post',
  payUntil: soon,
  holdUntil: soon,
  shortages: [],
  ...facts,
});

export const aRefund = (facts: Partial<RefundFacts> = {}): RefundFacts => ({
  orderId: ids.order,
  cartId: ids.cart,
  refundId: ids.refund,
  paymentId: ids.payment,
  amount: twentyEuros,
  shipping: { amount: '0.00', currencyCode: 'EUR' },
  lines: [
    {
      orderLineId: ids.line,
      variantId: ids.variant,
      quantity: 2,
      amount: twentyEuros,
      disposition: 'RESTOCK',
      locationId: null,
    },
  ],
  pointsReversed: 0,
  pointsRestored: 0,
  reason: 'Too small',
  notifyCustomer: true,
  returnId: null,
  parentSagaId: null,
  ...facts,
});

export const aCancellation = (facts: Partial<CancelFacts> = {}): CancelFacts => ({
  orderId: ids.order,
  cartId: ids.cart,
  paymentId: ids.payment,
  isCaptured: true,
  isAuthorized: false,
  hasStock: true,
  redemptionId: null,
  reason: 'CUSTOMER',
  notifyCustomer: true,
  refundId: null,
  ...facts,
});
