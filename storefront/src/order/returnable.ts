import type { OrderPageFragment } from '../../generated/operations.ts';

/** What an order says of what came back, or is going to. */
type Returning = Pick<OrderPageFragment, 'returns'> & {
  readonly lines: readonly Pick<
    OrderPageFragment['lines'][number],
    'id' | 'kind' | 'title' | 'quantity' | 'returnedQuantity' | 'refundedQuantity'
  >[];
};

/** A line of which units may still come back, and how many. */
export interface ReturnableLine {
  readonly id: string;
  readonly title: string;
  readonly left: number;
}

/** Announced, and neither declined nor arrived yet: its units count as on their way back. */
const isOpen = (status: string): boolean => ['REQUESTED', 'APPROVED', 'IN_TRANSIT'].includes(status);

/** The lines of which something may still be announced, as orders reckons it: what came back or was refunded may not. */
export function returnableLines({ lines, returns }: Returning): ReturnableLine[] {
  const announced = returns.filter(({ status }) => isOpen(status)).flatMap((one) => one.lines);
  return lines.flatMap(({ id, kind, title, quantity, returnedQuantity, refundedQuantity }) => {
    const underWay = announced.filter(({ orderLine }) => orderLine.id === id);
    const sent = underWay.reduce((sum, line) => sum + line.quantity, 0);
    const left = quantity - Math.max(returnedQuantity, refundedQuantity) - sent;
    return kind === 'PRODUCT' && left > 0 ? [{ id, title, left }] : [];
  });
}
