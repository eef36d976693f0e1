import type { OrderPageFragment } from '../../generated/operations.ts';
import { Price } from '../parts/price.tsx';
import { Missing } from '../parts/states.tsx';
import { formatDay, wordsOf } from '../words.ts';

/** How it was paid, and what came back. */
export function OrderMoney({ order }: { order: OrderPageFragment }) {
  const { payments, refunds } = order;
  return (
    <section className="card" aria-labelledby="order-money">
      <h2 id="order-money">Payment</h2>
      {!payments && <Missing what="The payment" />}
      {payments?.length === 0 && <p className="soft">Nothing was to be paid.</p>}
      <ul className="facts">
        {payments?.map(({ id, status, amount, method, nextAction }) => (
          <li key={id}>
            <span>
              {method?.brand ? `${wordsOf(method.brand)} •••• ${method.last4 ?? ''}` : 'Payment'}
              <small>{wordsOf(status)}</small>
            </span>
            <Price money={amount} />
            {nextAction?.url && (
              <a className="button small" href={nextAction.url}>
                Confirm the payment
              </a>
            )}
          </li>
        ))}
        {refunds?.map(({ id, status, amount, createdAt }) => (
          <li key={id}>
            <span>
              Refund of {formatDay(createdAt)}
              <small>{status === 'SUCCEEDED' ? 'Paid back' : wordsOf(status)}</small>
            </span>
            <span className="refund">
              −<Price money={amount} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
