import { dayMs, type SagaRules } from './saga-rules.ts';

/** The quote that the saga executes, as it was locked. */
export interface RefundFacts {
  readonly orderId: string;
  readonly cartId: string;
  readonly refundId: string;
  readonly paymentId: string;
  readonly amount: { readonly amount: string; readonly currencyCode: string };
  readonly shipping: { readonly amount: string; readonly currencyCode: string };
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly variantId: string | null;
    readonly quantity: number;
    readonly amount: { readonly amount: string; readonly currencyCode: string };
    readonly disposition: 'RESTOCK' | 'WRITE_OFF' | 'KEEP';
    readonly locationId: string | null;
    /** Units of it that had not left when the refund was accepted: they stay where they lie. Absent is none. */
    readonly neverLeft?: number;
  }[];
  readonly pointsReversed: number;
  readonly pointsRestored: number;
  /** The order earned or redeemed points: loyalty has to hear of the refund, whatever it comes to. */
  readonly hasPoints?: boolean;
  readonly reason: string;
  readonly notifyCustomer: boolean;
  readonly returnId: string | null;
  /** The CANCEL saga that waits for this refund. */
  readonly parentSagaId: string | null;
}

const touchesPoints = ({ hasPoints, pointsReversed, pointsRestored }: RefundFacts): boolean =>
  hasPoints === true || pointsReversed > 0 || pointsRestored > 0;
/** False for goods that points paid in full: then there is no money to send back. */
const hasMoney = ({ amount }: RefundFacts): boolean => /[1-9]/.test(amount.amount);
/** What inventory has to know of: units that go back on the shelf, and units that are no longer to leave it. */
const restocked = ({ lines }: RefundFacts) =>
  lines.filter((line) => line.variantId && (line.disposition === 'RESTOCK' || (line.neverLeft ?? 0) > 0));

/** REFUND: sends back exactly what was quoted. Quantities and amount were locked when it was accepted. */
export const refundSaga: SagaRules<RefundFacts> = {
  steps: [
    {
      name: 'loyalty.PreparePointsReversal',
      when: touchesPoints,
      payload: ({ orderId, refundId, amount, lines, pointsReversed, pointsRestored }) => ({
        orderId,
        refundId,
        amount,
        lines: lines.map(({ neverLeft: _units, ...line }) => line),
        pointsReversed,
        pointsRestored,
      }),
      answers: { PointsReversalPrepared: (facts) => facts },
      refusals: {
        PointsReversalRefused: () => ({ code: 'QUOTE_STALE', message: 'The points changed since the quote.' }),
      },
      timeoutMs: 10_000,
      undoneBy: {
        name: 'loyalty.CancelPointsReversal',
        payload: ({ orderId, refundId }) => ({ orderId, refundId }),
        answers: ['PointsReversalCancelled'],
      },
    },
    {
      name: 'payments.RefundPayment',
      when: hasMoney,
      payload: ({ orderId, paymentId, refundId, amount, reason }) => ({ orderId, paymentId, refundId, amount, reason }),
      answers: { RefundSucceeded: (facts) => facts },
      refusals: {
        RefundFailed: (_facts, { code }) => ({
          code: 'PAYMENT_DECLINED',
          message: `The refund failed (${String(code)}).`,
        }),
      },
      timeoutMs: 60_000,
      // Some banks take days over a refund.
      patienceMs: 5 * dayMs,
      isPivot: true,
    },
    {
      name: 'loyalty.CommitPointsReversal',
      when: touchesPoints,
      payload: ({ orderId, refundId }) => ({ orderId, refundId }),
      answers: { PointsReversed: (facts) => facts },
      timeoutMs: 60_000,
      patienceMs: dayMs,
    },
    {
      name: 'inventory.RestockItems',
      when: (facts) => restocked(facts).length > 0,
      payload: (facts) => ({
        cartId: facts.cartId,
        orderId: facts.orderId,
        refundId: facts.refundId,
        lines: restocked(facts).map(({ orderLineId, variantId, quantity, locationId, neverLeft = 0, disposition }) => ({
          orderLineId,
          variantId,
          quantity,
          locationId,
          neverLeft,
          isWrittenOff: disposition === 'WRITE_OFF',
        })),
      }),
      answers: { StockRestocked: (facts) => facts },
      timeoutMs: 60_000,
      patienceMs: dayMs,
    },
    { name: 'orders.CompleteRefund' },
  ],
  whenUndone: 'orders.UnlockRefund',
};
