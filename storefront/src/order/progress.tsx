import type { OrderPageFragment } from '../../generated/operations.ts';
import { Icon } from '../parts/icons.tsx';

type State = 'done' | 'now' | 'later' | 'failed';

/** The way of an order in four steps, as a customer thinks of it. */
export function Progress({ order }: { order: OrderPageFragment }) {
  const steps = stepsOf(order);
  return (
    <ol className="progress" aria-label="How far it is">
      {steps.map(({ name, state }) => (
        <li key={name} className={state} aria-current={state === 'now' ? 'step' : undefined}>
          <span className="progress-mark">{state === 'done' && <Icon name="check" />}</span>
          <span className="progress-name">
            {name}
            <span className="visually-hidden">{`, ${spoken[state]}`}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

const spoken: Readonly<Record<State, string>> = {
  done: 'done',
  now: 'under way',
  later: 'still to come',
  failed: 'failed',
};

/** What is done, what is under way, and what comes later. */
export function stepsOf({
  status,
  paymentStatus,
  fulfillmentStatus,
}: Pick<OrderPageFragment, 'status' | 'paymentStatus' | 'fulfillmentStatus'>): { name: string; state: State }[] {
  const isOver = ['FAILED', 'EXPIRED', 'CANCELLED'].includes(status);
  const isConfirmed = !isOver && status !== 'PENDING';
  const isPaid = !['PENDING', 'FAILED', 'VOIDED'].includes(paymentStatus);
  const hasShipped = fulfillmentStatus !== 'UNFULFILLED';
  const isDelivered = fulfillmentStatus === 'DELIVERED';
  const claims = [
    { name: 'Placed', isDone: true },
    { name: 'Paid', isDone: isPaid },
    { name: 'Confirmed', isDone: isConfirmed },
    { name: 'On its way', isDone: hasShipped },
    { name: 'Delivered', isDone: isDelivered },
  ];
  const firstOpen = claims.findIndex(({ isDone }) => !isDone);
  return claims.map(({ name, isDone }, index) => {
    if (isOver && index === firstOpen) return { name: status === 'CANCELLED' ? 'Cancelled' : name, state: 'failed' };
    if (isDone) return { name, state: 'done' };
    return { name, state: !isOver && index === firstOpen ? 'now' : 'later' };
  });
}
