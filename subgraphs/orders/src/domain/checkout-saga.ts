import type { SagaRules } from './saga-rules.ts';
import { isMoney, pointsRefused } from './points-refused.ts';
import { outOfStock, type Shortage } from './shortage.ts';

/** What the saga knows of the cart that it takes into checkout. */
export interface CheckoutFacts {
  readonly cartId: string;
  readonly customerId: string | null;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  readonly redeemPoints: number;
  readonly subtotal: { readonly amount: string; readonly currencyCode: string };
  /** The one deadline of stock, points and prices. */
  readonly expiresAt: string;
  readonly redemptionId: string | null;
  /** What the points set aside are worth; absent while none are. */
  readonly redemptionValue?: { readonly amount: string; readonly currencyCode: string } | null;
  readonly shortages: readonly Shortage[];
}

/** CHECKOUT: holds stock, then points, then freezes prices, all until one deadline. */
export const checkoutSaga: SagaRules<CheckoutFacts> = {
  steps: [
    {
      name: 'inventory.ReserveStock',
      when: ({ lines }) => lines.length > 0,
      payload: ({ cartId, lines, expiresAt }) => ({ cartId, lines, expiresAt }),
      answers: { StockReserved: (facts) => facts },
      refusals: { StockReservationFailed: outOfStock('There is not enough stock.') },
      timeoutMs: 3_000,
      undoneBy: {
        name: 'inventory.ReleaseStock',
        payload: ({ cartId }) => ({ cartId, orderId: null, reason: 'Checkout ended.' }),
        answers: ['StockReleased'],
      },
      isUndoneWhenFailed: true,
    },
    {
      name: 'loyalty.HoldPoints',
      when: ({ redeemPoints }) => redeemPoints > 0,
      payload: ({ cartId, customerId, redeemPoints, subtotal, expiresAt }) => ({
        cartId,
        customerId,
        points: redeemPoints,
        subtotal,
        expiresAt,
      }),
      answers: {
        PointsHeld: (facts, { redemptionId, value }) => ({
          ...facts,
          redemptionId: String(redemptionId),
          redemptionValue: isMoney(value) ? value : null,
        }),
      },
      refusals: { PointsHoldFailed: (_facts, { reason }) => pointsRefused(reason) },
      timeoutMs: 3_000,
      undoneBy: {
        name: 'loyalty.ReleasePointsHold',
        payload: ({ cartId, redemptionId }) => ({ cartId, redemptionId, reason: 'Checkout ended.' }),
        answers: ['PointsHoldReleased'],
      },
    },
    { name: 'orders.FreezeCart' },
  ],
  whenUndone: 'orders.ReopenCart',
};
