import { dayMs, type SagaRules } from './saga-rules.ts';

export type CancelReason = 'CUSTOMER' | 'FRAUD' | 'OUT_OF_STOCK' | 'PAYMENT_DECLINED' | 'OTHER';

/** What the saga knows of the order that it ends. */
export interface CancelFacts {
  readonly orderId: string;
  readonly cartId: string;
  readonly paymentId: string | null;
  /** Money was taken that has not gone back. */
  readonly isCaptured: boolean;
  /** Money is reserved that was not taken; beside captured money when staff took a part. */
  readonly isAuthorized: boolean;
  readonly hasStock: boolean;
  readonly redemptionId: string | null;
  readonly reason: CancelReason;
  readonly notifyCustomer: boolean;
  readonly refundId: string | null;
}

/** CANCEL: keeps the goods from leaving, gives the money back, then the stock. Possible until goods leave. */
export const cancelSaga: SagaRules<CancelFacts> = {
  steps: [
    {
      name: 'logistics.StopShipment',
      // Also of an order that was placed without a carrier: staff may have prepared a parcel.
      when: ({ hasStock }) => hasStock,
      payload: ({ orderId, reason }) => ({ orderId, reason }),
      answers: { ShipmentStopped: (facts) => facts },
      refusals: { ShipmentStopRefused: () => ({ code: 'NOT_CANCELLABLE', message: 'Goods have left.' }) },
      timeoutMs: 30_000,
      undoneBy: {
        name: 'logistics.ResumeShipment',
        payload: ({ orderId }) => ({ orderId }),
        answers: ['ShipmentResumed'],
      },
    },
    {
      // A REFUND saga over everything. Its dispositions are KEEP: the units never left, and the next step gives them
      // back; restocking them too would count them twice.
      name: 'orders.RefundEverything',
      when: ({ isCaptured }) => isCaptured,
      answers: {
        RefundCompleted: (facts, { refundId }) => ({ ...facts, refundId: refundId === null ? null : String(refundId) }),
      },
      refusals: { RefundUndone: () => ({ code: 'PAYMENT_DECLINED', message: 'The refund failed.' }) },
      isPivot: true,
    },
    {
      name: 'payments.VoidPayment',
      when: ({ paymentId, isAuthorized }) => paymentId !== null && isAuthorized,
      payload: ({ paymentId, orderId, reason }) => ({ paymentId, orderId, reason }),
      answers: {
        PaymentVoided: (facts) => facts,
        // Staff was capturing at the same moment: payments gave it back.
        RefundSucceeded: (facts, { refundId }) => ({ ...facts, refundId: facts.refundId ?? String(refundId) }),
      },
      refusals: {
        PaymentFailed: (_facts, { code }) => ({
          code: 'PAYMENT_DECLINED',
          message: `The authorisation could not be given up (${String(code)}).`,
        }),
      },
      timeoutMs: 60_000,
      isPivot: true,
    },
    {
      name: 'inventory.ReleaseStock',
      when: ({ hasStock }) => hasStock,
      payload: ({ cartId, orderId, reason }) => ({ cartId, orderId, reason }),
      answers: { StockReleased: (facts) => facts },
      timeoutMs: 60_000,
      patienceMs: dayMs,
    },
    {
      name: 'loyalty.ReleasePointsHold',
      when: ({ redemptionId }) => redemptionId !== null,
      payload: ({ cartId, redemptionId, reason }) => ({ cartId, redemptionId, reason }),
      answers: { PointsHoldReleased: (facts) => facts },
      timeoutMs: 60_000,
      patienceMs: dayMs,
    },
    { name: 'orders.CancelOrder' },
  ],
  whenUndone: 'orders.KeepOrder',
};
