import type { EventHandler, EventHandlers } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { advanceSaga, readCommandKey } from '../commands/advance-saga.ts';
import { endExpiredCheckout } from '../commands/end-expired-checkout.ts';
import { holdForReversedRefund } from '../commands/place-hold.ts';
import { recordCapture, recordVoid } from '../commands/record-capture.ts';
import { recordDelivery, recordDispatch } from '../commands/record-shipment.ts';
import { copyMerchant, copyProduct, copyVariants, markProduct, markProductArchived } from '../commands/keep-copies.ts';

/** An answer to a saga: its command key names the saga and the step that it is for. */
const answer: EventHandler<keyof EventPayloads> = async (tx, payload, event) => {
  const key = readCommandKey(event.commandKey);
  if (key)
    await advanceSaga(tx, key.sagaId, { type: 'Answered', step: key.step, event: event.type, payload: { ...payload } });
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

  // logistics answers the sagas, and tells how far the goods have come
  ShipmentCreated: answer,
  ShipmentStopped: answer,
  ShipmentStopRefused: answer,
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
