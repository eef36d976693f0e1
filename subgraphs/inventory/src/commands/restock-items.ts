import type { Transaction } from '@ordergraph/events';
import type { RestockItems } from '@ordergraph/schema';
import { Location } from '../entities/location.entity.ts';
import { StockMovement } from '../entities/stock-movement.entity.ts';
import { readCartStock, type Claim } from '../ledger/lock-stock.ts';
import { openLevels } from '../ledger/open-levels.ts';
import { publishAnswer } from '../ledger/stock-answer.ts';
import { located, writeStock } from '../ledger/write-stock.ts';
import { findDefaultLocation } from './locations.ts';
import { releaseUnshipped } from './release-unshipped.ts';

interface Shelf {
  readonly orderLineId: string;
  readonly variantId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/**
 * Puts returned units back on the shelf: where the refund says, else where they came from. Of units that never left, the
 * allocation is given back instead.
 */
export async function restockItems(tx: Transaction, command: RestockItems): Promise<void> {
  const { cartId, orderId, refundId } = command;
  const cart = await readCartStock(tx, { cartId, orderId });
  if (cart.answer) return publishAnswer(tx, cart.answer);
  const before = await tx.em.find(StockMovement, { refundId });
  const known = new Set(before.map((movement) => movement.orderLineId));
  const locations = new Map((await tx.em.find(Location, {})).map((location) => [location.id, location]));
  const fallback = await findDefaultLocation(tx);
  if (!fallback) throw new Error('The merchant has no active location to put returned units in; add one.');

  const sources = cart.claims.filter(
    (claim) => claim.orderId === orderId && (claim.status === 'ALLOCATED' || claim.status === 'SHIPPED'),
  );
  const lines = command.lines.filter((line) => !known.has(line.orderLineId));
  const shelves = lines
    .map((line) => ({ ...line, quantity: line.isWrittenOff ? 0 : line.quantity - (line.neverLeft ?? 0) }))
    .filter((line) => line.quantity > 0)
    .flatMap(({ orderLineId, variantId, quantity, locationId }) =>
      locationId && locations.has(locationId)
        ? [{ orderLineId, variantId, quantity, locationId }]
        : backToSource(orderLineId, { variantId, quantity }, sources, fallback.id),
    )
    .map((shelf) => ({ ...shelf, location: locations.get(shelf.locationId) ?? fallback }));

  const open = await openLevels(tx, shelves, cartId);
  const released = releaseUnshipped(tx, open.draft, { ...command, lines }, open.stock.claims);
  for (const shelf of shelves) {
    const { orderLineId, quantity } = shelf;
    open.draft.move(open.idAt(shelf), 'RESTOCKED', quantity, { orderId, cartId, refundId, orderLineId });
  }
  const earlier = before
    .filter(({ kind }) => kind === 'RESTOCKED')
    .map(({ variantId, locationId, deltaOnHand }) => ({
      variantId,
      locationId,
      quantity: deltaOnHand,
    }));
  await writeStock(tx, {
    ...open,
    answer: {
      type: 'StockRestocked',
      payload: { cartId, orderId, refundId, lines: [...earlier, ...located(shelves)], released },
    },
  });
}

/** Splits units over the locations that the order's units came from; what they do not account for goes to the last. */
function backToSource(
  orderLineId: string,
  { variantId, quantity }: { variantId: string; quantity: number },
  sources: readonly Claim[],
  fallbackId: string,
): Shelf[] {
  const taken = new Map<string, number>();
  let missing = quantity;
  for (const claim of sources.filter((source) => source.variantId === variantId)) {
    const units = Math.min(missing, claim.quantity);
    if (units === 0) continue;
    taken.set(claim.locationId, (taken.get(claim.locationId) ?? 0) + units);
    missing -= units;
  }
  const last = [...taken.keys()].at(-1) ?? fallbackId;
  if (missing > 0) taken.set(last, (taken.get(last) ?? 0) + missing);
  return [...taken].map(([locationId, units]) => ({ orderLineId, variantId, locationId, quantity: units }));
}
