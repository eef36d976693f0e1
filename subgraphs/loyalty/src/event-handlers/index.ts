import type { EventHandlers } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import { earnAgain } from '../commands/earn-again.ts';
import { noteCapture, noteOrder, startPendingClock } from '../commands/earn-points.ts';
import { confirmPointsHold, holdPoints } from '../commands/hold-points.ts';
import { noteCategory, noteProduct } from '../commands/note-category.ts';
import { keepCurrencies, openMerchant } from '../commands/open-merchant.ts';
import {
  cancelPointsReversal,
  commitPointsReversal,
  endOrder,
  preparePointsReversal,
  settleRefund,
} from '../commands/reverse-points.ts';
import { capturePointsHold, releasePointsHold } from '../commands/spend-points.ts';
import { openAccount } from '../ledger/hold-account.ts';

/** All that loyalty listens to: what it keeps copies of, what earns or ends earning, and the commands of the sagas. */
export const handlers: EventHandlers = {
  MerchantCreated: openMerchant,
  MerchantUpdated: keepCurrencies,
  CustomerCreated: async (tx, { customerId }) => openAccount(tx, customerId),
  CategoryUpserted: noteCategory,
  ProductCreated: noteProduct,
  ProductUpdated: noteProduct,

  OrderCreated: noteOrder,
  PaymentSuccess: (tx, { transactionId, orderId, capturedTotal }, event) =>
    noteCapture(tx, {
      transactionId,
      orderId,
      capturedTotal: parseMoney(capturedTotal),
      eventId: event.id,
      paidAt: new Date(event.occurredAt),
    }),
  RefundReversed: (tx, { orderId, amount, transactionId }) =>
    earnAgain(tx, { orderId, amountMinor: parseMoney(amount).minor, transactionId }),
  // What comes back was delivered before.
  ShipmentDelivered: async (tx, { orderId, isReturn, deliveredAt }) => {
    if (!isReturn) await startPendingClock(tx, { orderId, deliveredAt: new Date(deliveredAt) });
  },
  OrderFailed: (tx, { orderId }) => endOrder(tx, orderId),
  OrderCancelled: (tx, { orderId }) => endOrder(tx, orderId),
  OrderRefunded: (tx, { orderId, refundId, amount }) =>
    settleRefund(tx, { orderId, refundId, amountMinor: parseMoney(amount).minor }),

  HoldPoints: holdPoints,
  ConfirmPointsHold: confirmPointsHold,
  CapturePointsHold: capturePointsHold,
  ReleasePointsHold: releasePointsHold,
  PreparePointsReversal: preparePointsReversal,
  CommitPointsReversal: commitPointsReversal,
  CancelPointsReversal: cancelPointsReversal,
};
