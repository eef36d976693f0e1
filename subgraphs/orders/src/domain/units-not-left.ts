import type { Disposition } from './refund-quote.ts';

/** Where the units of a line are. */
export interface UnitsOfLine {
  readonly kind: 'PRODUCT' | 'SERVICE';
  readonly quantity: number;
  readonly shippedQuantity: number;
  readonly refundedQuantity: number;
  /** Units refunded before they left. */
  readonly withdrawnQuantity: number;
}

/**
 * How many of the units that a refund takes never left, and must not leave any more. A refund takes what has not left
 * first; one of goods that came back takes what has left first. What the customer keeps leaves all the same.
 */
export function unitsNotLeft(
  line: UnitsOfLine,
  refund: { readonly quantity: number; readonly disposition: Disposition; readonly isOfReturn: boolean },
): number {
  if (line.kind !== 'PRODUCT' || refund.disposition === 'KEEP') return 0;
  const still = Math.max(0, line.quantity - line.shippedQuantity - line.withdrawnQuantity);
  const gone = Math.max(0, line.shippedQuantity - (line.refundedQuantity - line.withdrawnQuantity));
  return Math.min(still, refund.isOfReturn ? Math.max(0, refund.quantity - gone) : refund.quantity);
}
