import type { Transaction } from '@ordergraph/events';
import type { ShipmentDispatched } from '@ordergraph/schema';
import { write } from '@ordergraph/tenancy';
import { StockDraft } from '../domain/stock-draft.ts';
import { lockStock, type Claim } from '../ledger/lock-stock.ts';
import { writeStock } from '../ledger/write-stock.ts';

// A claim is locked when it is decided about. One that is not what was decided about would be left with no units, which
// `reservation_quantity_check` refuses, and the transaction fails.
const shipClaim = `
  update "inventory"."reservation"
  set shipped_quantity = shipped_quantity + $2::int,
    status = case when shipped_quantity + $2::int = quantity then 'SHIPPED' else status end,
    quantity = case when status = 'ALLOCATED' and shipped_quantity + $2::int <= quantity then quantity else 0 end
  where id = $1`;

const moreThanKnown = 'More units left than were on hand by the books.';

/**
 * Takes what left with a parcel from the shelf and from what belongs to orders. A way back changes nothing here: returned
 * units are put back by the refund that receives them.
 */
export async function shipStock(tx: Transaction, parcel: ShipmentDispatched): Promise<void> {
  const { shipmentId, orderId, cartId, locationId, lines, isReturn } = parcel;
  if (isReturn) return;
  const stock = await lockStock(tx, { cartId, orderId });
  const draft = new StockDraft(stock.levels);
  const taken = new Map<string, number>();
  const leftOf = (claim: Claim): number => claim.quantity - claim.shippedQuantity - (taken.get(claim.id) ?? 0);
  const claims = stock.claims.filter(
    (claim) => claim.orderId === orderId && claim.status === 'ALLOCATED' && claim.locationId === locationId,
  );
  for (const { orderLineId, variantId, quantity } of lines) {
    let missing = quantity;
    for (const claim of claims.filter((one) => one.variantId === variantId)) {
      const units = Math.min(missing, leftOf(claim));
      if (units === 0) continue;
      missing -= units;
      taken.set(claim.id, (taken.get(claim.id) ?? 0) + units);
      const facts = { cartId, orderId, orderLineId, reservationId: claim.id, reference: `Parcel ${parcel.number}` };
      // Goods that left were there, whatever the books say: sold on backorder, they came in without being counted.
      const { onHand } = draft.level(claim.levelId);
      if (onHand < units) draft.move(claim.levelId, 'ADJUSTED', units - onHand, { orderId, reason: moreThanKnown });
      draft.move(claim.levelId, 'SHIPPED', units, facts);
    }
    if (missing > 0) {
      throw new Error(
        `Parcel ${shipmentId} took ${missing} units of ${variantId} more than its order has allocated there.`,
      );
    }
  }
  for (const [id, units] of taken) write(tx.em, shipClaim, [id, units]);
  await writeStock(tx, { draft });
}
