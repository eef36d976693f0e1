import type { OrderPageFragment } from '../../generated/operations.ts';
import { formatMoment } from '../words.ts';

/** What happened to the order, the newest first. The steps of its sagas appear here as they are done. */
export function OrderTimeline({ order }: { order: OrderPageFragment }) {
  const events = [...order.timeline.nodes].sort((a, b) => b.sequence - a.sequence);
  return (
    <section className="card" aria-labelledby="order-timeline">
      <h2 id="order-timeline">What happened</h2>
      <ol className="timeline">
        {events.map(({ sequence, type, message, occurredAt }) => (
          <li key={sequence} className={toneOf(type)}>
            <p>{message}</p>
            <time dateTime={occurredAt}>{formatMoment(occurredAt)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}

function toneOf(type: string): string {
  if (/Failed|Cancelled|Declined|Expired|Lost/.test(type)) return 'bad';
  if (/Confirmed|Success|Delivered|Succeeded|Completed/.test(type)) return 'good';
  return 'plain';
}
