import type { EventHandler, EventHandlers } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { advanceSaga, readCommandKey } from '../commands/advance-saga.ts';
import { endExpiredCheckout } from '../commands/end-expired-checkout.ts';
import { holdForReversedRefund } from '../commands/place-hold.ts';
import { keepPending, keepPoints, keepProgram } from '../commands/points-copy.ts';
import { recordCapture, recordVoid } from '../commands/record-capture.ts';
import { recordDelivery, recordDispatch } from '../commands/record-shipment.ts';
import { copyMerchant, copyProduct, copyVariants, markProduct, markProductArchived } from '../commands/keep-copies.ts';

type PointsAnswer =
  | 'PointsHeld'
  | 'PointsHoldReleased'
  | 'PointsRedeemed'
  | 'PointsReversalPrepared'
  | 'PointsReversalRefused'
  | 'PointsReversalCancelled'
  | 'PointsReversed';

/** An answer to a saga: its command key names the saga and the step that it is for. */
const answer: EventHandler<keyof EventPayloads> = async (tx, payload, event) => {
  const key = readCommandKey(event.commandKey);
  if (key)
    await advanceSaga(tx, key.sagaId, { type: 'Answered', step: key.step, event: event.type, payload: { ...payload } });
};

/** An answer of loyalty, which also tells of a balance or of an order's points. */
const pointsAnswer: EventHandler<PointsAnswer> = async (tx, payload, event) => {
  keepPoints(tx, payload);
  await answer(tx, payload, event);
};

/** All that orders listens to. */
export const handlers: EventHandlers = {
  // inventory answers the sagas
  StockReserved: answer,
  StockReservationFailed: answer,
  StockAllocated: answer,
  StockReleased: answer,
  StockRestocked: answer,
  StockReservationExpired: endExpiredCheckout,

  // payments answers the sagas; what staff captured or gave up, or what comes late, is recorded
  PaymentAuthorized: answer,
  PaymentActionRequired: answer,
  PaymentFailed: answer,
  PaymentVoided: recordVoid,
  PaymentSuccess: recordCapture,
  RefundSucceeded: answer,
  RefundFailed: answer,
  RefundReversed: holdForReversedRefund,

  // loyalty answers the sagas, and tells what refund quotes need
  PointsHeld: pointsAnswer,
  PointsHoldFailed: answer,
  PointsHoldReleased: pointsAnswer,
  PointsRedeemed: pointsAnswer,
  PointsReversalPrepared: pointsAnswer,
  PointsReversalRefused: pointsAnswer,
  PointsReversalCancelled: pointsAnswer,
  PointsReversed: pointsAnswer,
  PointsEarned: async (tx, payload) => keepPoints(tx, payload),
  PointsActivated: async (tx, payload) => {
    keepPoints(tx, payload);
    keepPending(tx, payload.orderId, payload.pendingOfOrder, payload.balance.asOfSequence);
  },
  PointsExpired: async (tx, payload) => keepPoints(tx, payload),
  PointsAdjusted: async (tx, payload) => keepPoints(tx, payload),
  LoyaltyProgramChanged: async (tx, { programId, reversalPolicy }) => keepProgram(tx, programId, reversalPolicy),
  // logistics answers the sagas, and tells how far the goods have come
  ShipmentCreated: answer,
  ShipmentStopped: answer,
  ShipmentStopRefused: answer,
  ShipmentResumed: answer,
  ShipmentDispatched: recordDispatch,
  ShipmentDelivered: recordDelivery,

  // copies that orders decides by
  MerchantCreated: copyMerchant,
  MerchantUpdated: copyMerchant,
  ProductCreated: copyProduct,
  ProductVariantsUpserted: copyVariants,
  ProductUpdated: markProduct,
  ProductArchived: markProductArchived,
};
