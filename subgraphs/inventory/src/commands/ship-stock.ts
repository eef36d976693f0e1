import type { Transaction } from '@ordergraph/events';
import type { ShipmentDispatched } from '@ordergraph/schema';
import { write } from '@ordergraph/tenancy';
import { StockDraft } from '../domain/stock-draft.ts';
import { giveBack } from '../ledger/give-back.ts';
import { findHolds, lockStock, unitsLeftOf, type Claim } from '../ledger/lock-stock.ts';
import { located, writeStock, type Settlement } from '../ledger/write-stock.ts';

// A claim is locked when it is decided about. One that is not what was decided about would be left with no units, which
// `reservation_quantity_check` refuses, and the transaction fails.
const shipClaim = `
  update "inventory"."reservation"
  set shipped_quantity = shipped_quantity + $2::int,
    status = case when shipped_quantity + released_quantity + $2::int = quantity then 'SHIPPED' else status end,
    quantity = case when status = 'ALLOCATED' and shipped_quantity + released_quantity + $2::int <= quantity
      then quantity else 0 end
  where id = $1`;

const moreThanKnown = 'More units left than were on hand by the books.';

/**
 * Takes what left with a parcel from the shelf and from what belongs to orders. Units whose claim was given back before
 * the parcel left all the same are taken from the shelf as well: they are gone. A way back changes nothing here: returned
 * units are put back by the refund that receives them.
 */
export async function shipStock(tx: Transaction, parcel: ShipmentDispatched): Promise<void> {
  const { shipmentId, orderId, cartId, locationId, lines, isReturn } = parcel;
  if (isReturn) return;
  const variantIds = [...new Set(lines.map(({ variantId }) => variantId))];
  const stock = await lockStock(tx, { variantIds, cartId, orderId });
  const draft = new StockDraft(stock.levels);
  const taken = new Map<string, number>();
  const leftOf = (claim: Claim): number => unitsLeftOf(claim) - (taken.get(claim.id) ?? 0);
  const claims = stock.claims.filter(
    (claim) => claim.orderId === orderId && claim.status === 'ALLOCATED' && claim.locationId === locationId,
  );
  // Goods that left were there, whatever the books say: sold on backorder, they came in without being counted.
  const cover = (levelId: string, units: number): void => {
    const { onHand } = draft.level(levelId);
    if (onHand < units) draft.move(levelId, 'ADJUSTED', units - onHand, { orderId, reason: moreThanKnown });
  };
  const unclaimed = new Set<string>();
  for (const { orderLineId, variantId, quantity } of lines) {
    let missing = quantity;
    for (const claim of claims.filter((one) => one.variantId === variantId)) {
      const units = Math.min(missing, leftOf(claim));
      if (units === 0) continue;
      missing -= units;
      taken.set(claim.id, (taken.get(claim.id) ?? 0) + units);
      const facts = { cartId, orderId, orderLineId, reservationId: claim.id, reference: `Parcel ${parcel.number}` };
      cover(claim.levelId, units);
      draft.move(claim.levelId, 'SHIPPED', units, facts);
    }
    if (missing === 0) continue;
    const level = draft.levelAt(variantId, locationId);
    if (!level) throw new Error(`Parcel ${shipmentId} took ${missing} units of ${variantId}, which never lay there.`);
    const reason = `Left with parcel ${parcel.number} after they were given back.`;
    cover(level.id, missing);
    draft.move(level.id, 'ADJUSTED', -missing, { cartId, orderId, orderLineId, reason });
    unclaimed.add(level.id);
  }
  const lost = await loseHolds(tx, draft, [...unclaimed]);
  for (const [id, units] of taken) write(tx.em, shipClaim, [id, units]);
  await writeStock(tx, { draft, settlements: lost.map((claim): Settlement => ({ claim, status: 'RELEASED' })) });
  for (const claim of lost) {
    const { cartId: cart, orderId: order } = claim;
    tx.publish('StockReleased', { cartId: cart, orderId: order, lines: located([claim]), reason: goneBefore });
  }
}

const goneBefore = 'The units left with a parcel.';

/** Gives checkouts' holds back, the newest first, where fewer units are left than were promised. Orders keep theirs. */
async function loseHolds(tx: Transaction, draft: StockDraft, levelIds: readonly string[]): Promise<Claim[]> {
  const isShort = (id: string): boolean => {
    const { onHand, allocated, reserved, backorderLimit } = draft.level(id);
    return reserved > 0 && onHand + backorderLimit < allocated + reserved;
  };
  const short = levelIds.filter(isShort);
  if (short.length === 0) return [];
  const lost: Claim[] = [];
  for (const claim of (await findHolds(tx, short)).reverse()) {
    if (!isShort(claim.levelId)) continue;
    giveBack(draft, [claim], goneBefore);
    lost.push(claim);
  }
  return lost;
}
