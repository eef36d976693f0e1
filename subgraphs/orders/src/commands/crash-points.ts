import type { SagaMessage } from '../domain/saga-rules.ts';
import type { SagaKind } from '../entities/saga.entity.ts';

/** The name of the place right after a message moved a saga and before anything of it has left the process. */
export const crashPointOf = (kind: SagaKind, message: SagaMessage): string =>
  message.type === 'Answered' ? `${kind}.${message.step}.${message.event}` : `${kind}.${message.type}`;

/** Each boundary between two steps of PLACE, on the way to a confirmed order and on the ways back. */
export const placeCrashPoints = [
  'PLACE.Started',
  'PLACE.inventory.ConfirmReservation.StockReserved',
  'PLACE.inventory.ConfirmReservation.StockReservationFailed',
  'PLACE.loyalty.ConfirmPointsHold.PointsHeld',
  'PLACE.loyalty.ConfirmPointsHold.PointsHoldFailed',
  'PLACE.payments.AuthorizePayment.PaymentActionRequired',
  'PLACE.payments.AuthorizePayment.PaymentAuthorized',
  'PLACE.payments.AuthorizePayment.PaymentFailed',
  'PLACE.inventory.AllocateStock.StockAllocated',
  'PLACE.inventory.AllocateStock.StockReservationFailed',
  'PLACE.payments.CapturePayment.PaymentSuccess',
  'PLACE.payments.CapturePayment.PaymentFailed',
  'PLACE.loyalty.CapturePointsHold.PointsRedeemed',
  'PLACE.DeadlinePassed',
  'PLACE.inventory.ReleaseStock.StockReleased',
  'PLACE.payments.VoidPayment.PaymentVoided',
  'PLACE.loyalty.ReleasePointsHold.PointsHoldReleased',
] as const;

/** Each boundary between two steps of REFUND. */
export const refundCrashPoints = [
  'REFUND.Started',
  'REFUND.loyalty.PreparePointsReversal.PointsReversalPrepared',
  'REFUND.loyalty.PreparePointsReversal.PointsReversalRefused',
  'REFUND.payments.RefundPayment.RefundSucceeded',
  'REFUND.payments.RefundPayment.RefundFailed',
  'REFUND.loyalty.CancelPointsReversal.PointsReversalCancelled',
  'REFUND.loyalty.CommitPointsReversal.PointsReversed',
  'REFUND.inventory.RestockItems.StockRestocked',
] as const;
