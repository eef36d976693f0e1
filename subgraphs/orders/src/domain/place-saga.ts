import { pointsRefused } from './points-refused.ts';
import { dayMs, type SagaRules } from './saga-rules.ts';
import { outOfStock, type Shortage } from './shortage.ts';

/** What the saga knows of the order that it places. */
export interface PlaceFacts {
  readonly orderId: string;
  readonly cartId: string;
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[];
  /** Null when there is nothing to pay. */
  readonly paymentId: string | null;
  readonly amount: { readonly amount: string; readonly currencyCode: string };
  readonly isCapturedOnPlacement: boolean;
  readonly redemptionId: string | null;
  readonly carrierCode: string | null;
  /** When the customer must have paid. */
  readonly payUntil: string;
  /** How long stock and points are bound to the order while the saga runs. */
  readonly holdUntil: string;
  /** What inventory was short of. */
  readonly shortages: readonly Shortage[];
}

const isPaid = ({ paymentId }: PlaceFacts): boolean => paymentId !== null;
const declined = (code: unknown) =>
  code === 'PAYMENT_MISMATCH'
    ? { code, message: 'The payment is not for this cart, or not for this amount.' }
    : { code: 'PAYMENT_DECLINED', message: `The payment was declined (${String(code)}).` };

const releaseStock = {
  name: 'inventory.ReleaseStock',
  payload: ({ cartId, orderId }: PlaceFacts) => ({ cartId, orderId, reason: 'The order was not placed.' }),
  answers: ['StockReleased'],
};

/**
 * PLACE: takes an order from written to confirmed. What touches stock, points or money runs one after the other. A
 * failure before the capture undoes the earlier steps in reverse; after it there is only forward, and refunds.
 */
export const placeSaga: SagaRules<PlaceFacts> = {
  steps: [
    {
      name: 'inventory.ConfirmReservation',
      when: ({ lines }) => lines.length > 0,
      payload: ({ cartId, orderId, lines, holdUntil }) => ({ cartId, orderId, lines, expiresAt: holdUntil }),
      answers: { StockReserved: (facts) => facts },
      refusals: { StockReservationFailed: outOfStock('There is not enough stock.') },
      timeoutMs: 10_000,
      undoneBy: releaseStock,
      // By checkout.
      isHeldBefore: true,
    },
    {
      name: 'loyalty.ConfirmPointsHold',
      when: ({ redemptionId }) => redemptionId !== null,
      payload: ({ cartId, orderId, redemptionId, holdUntil }) => ({
        cartId,
        orderId,
        redemptionId,
        expiresAt: holdUntil,
      }),
      answers: { PointsHeld: (facts) => facts },
      refusals: { PointsHoldFailed: (_facts, { reason }) => pointsRefused(reason) },
      timeoutMs: 10_000,
      undoneBy: {
        name: 'loyalty.ReleasePointsHold',
        payload: ({ cartId, redemptionId }) => ({ cartId, redemptionId, reason: 'The order was not placed.' }),
        answers: ['PointsHoldReleased'],
      },
      // By checkout.
      isHeldBefore: true,
    },
    {
      name: 'payments.AuthorizePayment',
      when: isPaid,
      payload: ({ paymentId, cartId, orderId, amount, payUntil }) => ({
        paymentId,
        cartId,
        orderId,
        amount,
        deadlineAt: payUntil,
      }),
      answers: { PaymentAuthorized: (facts) => facts },
      refusals: { PaymentFailed: (_facts, { code }) => declined(code) },
      pauses: { PaymentActionRequired: ({ deadlineAt }) => String(deadlineAt) },
      timeoutMs: 30_000,
      undoneBy: {
        // Refunds instead when money was taken after all: payments decides by what the provider says.
        name: 'payments.VoidPayment',
        payload: ({ paymentId, orderId }) => ({ paymentId, orderId, reason: 'The order was not placed.' }),
        answers: ['PaymentVoided', 'RefundSucceeded'],
      },
      isUndoneWhenFailed: true,
    },
    {
      name: 'inventory.AllocateStock',
      when: ({ lines }) => lines.length > 0,
      payload: ({ cartId, orderId }) => ({ cartId, orderId }),
      answers: { StockAllocated: (facts) => facts },
      refusals: { StockReservationFailed: outOfStock('The hold on the stock was lost.') },
      timeoutMs: 10_000,
      undoneBy: releaseStock,
    },
    {
      // The pivot. Skipped when nothing is due now: then allocating was the last step that could be undone.
      name: 'payments.CapturePayment',
      when: (facts) => isPaid(facts) && facts.isCapturedOnPlacement,
      payload: ({ paymentId, orderId, amount }) => ({ paymentId, orderId, amount }),
      answers: { PaymentSuccess: (facts) => facts },
      refusals: { PaymentFailed: (_facts, { code }) => declined(code) },
      timeoutMs: 60_000,
      isPivot: true,
    },
    { name: 'orders.ConfirmOrder' },
    {
      name: 'loyalty.CapturePointsHold',
      when: ({ redemptionId }) => redemptionId !== null,
      payload: ({ cartId, orderId, redemptionId }) => ({ cartId, orderId, redemptionId }),
      answers: { PointsRedeemed: (facts) => facts },
      timeoutMs: 60_000,
      patienceMs: dayMs,
    },
    {
      name: 'logistics.PrepareShipment',
      when: ({ lines, carrierCode }) => lines.length > 0 && carrierCode !== null,
      payload: ({ orderId, carrierCode }) => ({ orderId, carrierCode }),
      answers: { ShipmentCreated: (facts) => facts },
      timeoutMs: 60_000,
      patienceMs: dayMs,
    },
  ],
  whenUndone: 'orders.FailOrder',
};
