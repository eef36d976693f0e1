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

/** How many units of a line have yet to leave. */
export const unitsToShip = (
  line: Pick<UnitsOfLine, 'kind' | 'quantity' | 'shippedQuantity' | 'withdrawnQuantity'>,
): number => (line.kind === 'PRODUCT' ? Math.max(0, line.quantity - line.shippedQuantity - line.withdrawnQuantity) : 0);

/**
 * How many units of a line may come back: those that left, without what came back, was refunded or is announced. Where
 * nobody tells what leaves (`isLeavingTold` is false: logistics does not run), whatever was bought may have left.
 */
export function unitsToReturn(
  line: UnitsOfLine & { readonly returnedQuantity: number },
  { announced, isLeavingTold }: { readonly announced: number; readonly isLeavingTold: boolean },
): number {
  if (line.kind !== 'PRODUCT') return 0;
  const withdrawn = isLeavingTold ? line.withdrawnQuantity : 0;
  const left = isLeavingTold ? line.shippedQuantity : line.quantity;
  return Math.max(0, left - Math.max(line.returnedQuantity, line.refundedQuantity - withdrawn) - announced);
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
  const still = unitsToShip(line);
  const gone = Math.max(0, line.shippedQuantity - (line.refundedQuantity - line.withdrawnQuantity));
  return Math.min(still, refund.isOfReturn ? Math.max(0, refund.quantity - gone) : refund.quantity);
}
