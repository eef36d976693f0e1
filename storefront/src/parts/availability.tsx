import type { AvailabilityStatus } from '../../generated/operations.ts';

const words: Readonly<Record<string, string>> = {
  IN_STOCK: 'In stock',
  LOW_STOCK: 'Only a few left',
  OUT_OF_STOCK: 'Sold out',
  BACKORDER: 'Made to order',
};

/** What is known of the stock, in words beside a mark. Null: nobody can say right now. */
export function Availability({ status, quantity }: { status: AvailabilityStatus | null; quantity?: number | null }) {
  if (status === null) return <span className="availability unknown">Stock not known</span>;
  return (
    <span className={`availability ${status.toLowerCase()}`}>
      {words[status] ?? status}
      {typeof quantity === 'number' && quantity > 0 && status !== 'OUT_OF_STOCK' ? ` (${quantity})` : ''}
    </span>
  );
}

const order = ['IN_STOCK', 'LOW_STOCK', 'BACKORDER', 'OUT_OF_STOCK'];

/** The best that any of some variants can offer. */
export function bestOf(statuses: readonly (AvailabilityStatus | null | undefined)[]): AvailabilityStatus | null {
  const known = statuses.filter((status) => status != null);
  return [...known].sort((a, b) => order.indexOf(a) - order.indexOf(b))[0] ?? null;
}
