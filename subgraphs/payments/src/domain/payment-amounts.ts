/** The amounts of a payment in minor units of its one currency; `capturing` and `refunding` are under way. */
export interface PaymentAmounts {
  authorizedMinor: bigint;
  capturedMinor: bigint;
  refundedMinor: bigint;
  capturingMinor: bigint;
  refundingMinor: bigint;
}

/** What can still be captured. */
export const capturable = (amounts: PaymentAmounts): bigint =>
  amounts.authorizedMinor - amounts.capturedMinor - amounts.capturingMinor;

/** What can still be refunded. */
export const refundable = (amounts: PaymentAmounts): bigint =>
  amounts.capturedMinor - amounts.refundedMinor - amounts.refundingMinor;
