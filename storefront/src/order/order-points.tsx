import type { OrderPageFragment } from '../../generated/operations.ts';
import { Link } from '../router.tsx';
import { formatCount } from '../words.ts';

/** What the order did to the customer's points. Nothing where it did nothing. */
export function OrderPoints({ order }: { order: OrderPageFragment }) {
  const { loyalty } = order;
  if (!loyalty) return null;
  const rows = [
    ['Earned', loyalty.pointsEarned],
    ['of these usable later', loyalty.pointsPending],
    ['Paid with', loyalty.pointsRedeemed],
    ['Given back', loyalty.pointsRestored],
    ['Taken back after a refund', loyalty.pointsReversed],
  ] as const;
  const told = rows.filter(([, points]) => points !== 0);
  if (told.length === 0) return null;
  return (
    <section className="card" aria-labelledby="order-points">
      <h2 id="order-points">Points</h2>
      <ul className="facts">
        {told.map(([name, points]) => (
          <li key={name}>
            <span>{name}</span>
            <strong>{formatCount(points)}</strong>
          </li>
        ))}
      </ul>
      <Link to="/points" className="quiet-link">
        All your points
      </Link>
    </section>
  );
}
