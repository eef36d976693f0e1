import type { Transaction } from '@ordergraph/events';
import type { RestockItems } from '@ordergraph/schema';
import { write } from '@ordergraph/tenancy';
import type { StockDraft } from '../domain/stock-draft.ts';
import { unitsLeftOf, type Claim } from '../ledger/lock-stock.ts';

/** Units of an order line that are no longer allocated to it. */
export interface ReleasedUnits {
  readonly orderLineId: string;
  readonly variantId: string;
  readonly locationId: string;
  readonly quantity: number;
}

// As with units that ship: a claim that is not what was decided about fails the transaction.
const releaseUnits = `
  update "inventory"."reservation"
  set released_quantity = released_quantity + $2::int,
    status = case when shipped_quantity + released_quantity + $2::int < quantity then status
      when shipped_quantity > 0 then 'SHIPPED' else 'RELEASED' end,
    quantity = case when status = 'ALLOCATED' and shipped_quantity + released_quantity + $2::int <= quantity
      then quantity else 0 end
  where id = $1`;

/**
 * Gives back what is still allocated of refunded units that never left: nothing comes onto the shelf, where they lie
 * already. Units that left meanwhile stay gone. Those that are written off leave the shelf.
 */
export function releaseUnshipped(
  tx: Transaction,
  draft: StockDraft,
  command: Pick<RestockItems, 'orderId' | 'cartId' | 'refundId' | 'lines'>,
  claims: readonly Claim[],
): ReleasedUnits[] {
  const { orderId, cartId, refundId } = command;
  const own = claims.filter((claim) => claim.orderId === orderId && claim.status === 'ALLOCATED');
  const given = new Map<string, number>();
  const released: ReleasedUnits[] = [];
  for (const { orderLineId, variantId, neverLeft, isWrittenOff } of command.lines) {
    let missing = neverLeft ?? 0;
    for (const claim of own.filter((one) => one.variantId === variantId)) {
      const quantity = Math.min(missing, unitsLeftOf(claim) - (given.get(claim.id) ?? 0));
      if (quantity <= 0) continue;
      missing -= quantity;
      given.set(claim.id, (given.get(claim.id) ?? 0) + quantity);
      const { levelId, locationId, id: reservationId } = claim;
      const reason = 'Refunded before they left.';
      draft.move(levelId, 'ALLOCATION_RELEASED', quantity, {
        orderId,
        cartId,
        refundId,
        orderLineId,
        reservationId,
        reason,
      });
      if (isWrittenOff) {
        const units = Math.min(quantity, draft.level(levelId).onHand);
        if (units > 0) draft.move(levelId, 'ADJUSTED', -units, { orderId, cartId, reason: 'Written off by a refund.' });
      }
      released.push({ orderLineId, variantId, locationId, quantity });
    }
  }
  for (const [id, units] of given) write(tx.em, releaseUnits, [id, units]);
  return released;
}
