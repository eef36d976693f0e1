import type { OrderPageFragment } from '../../generated/operations.ts';

/** Where an order stands with a step of its way. */
export type StepState = 'done' | 'now' | 'later' | 'failed';

/** What is done, what is being done, and what comes later. */
export function stepsOf({
  status,
  paymentStatus,
  fulfillmentStatus,
}: Pick<OrderPageFragment, 'status' | 'paymentStatus' | 'fulfillmentStatus'>): { name: string; state: StepState }[] {
  const isOver = ['FAILED', 'EXPIRED', 'CANCELLED'].includes(status);
  const isConfirmed = !isOver && status !== 'PENDING';
  const isPaid = !['PENDING', 'FAILED', 'VOIDED'].includes(paymentStatus);
  const hasShipped = fulfillmentStatus !== 'UNFULFILLED';
  const isDelivered = fulfillmentStatus === 'DELIVERED';
  const claims = [
    { name: 'Placed', doing: 'Being placed', isDone: true },
    { name: 'Paid', doing: 'Being paid', isDone: isPaid },
    { name: 'Confirmed', doing: 'Being confirmed', isDone: isConfirmed },
    { name: 'Sent', doing: 'Being packed', isDone: hasShipped },
    { name: 'Delivered', doing: 'On its way', isDone: isDelivered },
  ];
  const firstOpen = claims.findIndex(({ isDone }) => !isDone);
  return claims.map(({ name, doing, isDone }, index) => {
    if (isOver && index === firstOpen) return { name: status === 'CANCELLED' ? 'Cancelled' : name, state: 'failed' };
    if (isDone) return { name, state: 'done' };
    return !isOver && index === firstOpen ? { name: doing, state: 'now' } : { name, state: 'later' };
  });
}
