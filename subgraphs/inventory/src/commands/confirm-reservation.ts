import type { Transaction } from '@ordergraph/events';
import type { ConfirmReservation } from '@ordergraph/schema';
import { summed, type Wanted } from '../domain/choose-levels.ts';
import { lockHolds } from '../ledger/lock-stock.ts';
import { publishAnswer } from '../ledger/stock-answer.ts';
import { writeStock } from '../ledger/write-stock.ts';
import { holdStock, lossesForgotten } from './hold-stock.ts';

/** Binds a checkout's hold to its order and extends it. Where the hold is gone, or is not what was ordered, holds again. */
export async function confirmReservation(tx: Transaction, command: ConfirmReservation): Promise<void> {
  const { cartId, orderId, lines, expiresAt } = command;
  const cart = await lockHolds(tx, { cartId, orderId });
  if (cart.answer) return publishAnswer(tx, cart.answer);
  const held = cart.claims.filter(({ status }) => status === 'HELD');
  // No number of any level changes here, so this path locks no level.
  if (cart.isOrderReleased || !isSame(lines, held)) {
    return holdStock(tx, { cartId, orderId, lines, expiresAt });
  }
  await writeStock(tx, {
    settlements: [
      ...held.map((claim) => ({ claim, status: 'HELD' as const, orderId, expiresAt })),
      ...lossesForgotten(cart.claims),
    ],
    answer: {
      type: 'StockReserved',
      payload: {
        cartId,
        orderId,
        expiresAt,
        reservations: held.map(({ id, variantId, locationId, quantity }) => ({
          reservationId: id,
          variantId,
          locationId,
          quantity,
        })),
      },
    },
  });
}

function isSame(lines: readonly Wanted[], held: readonly Wanted[]): boolean {
  const unitsHeld = new Map(summed(held).map((line) => [line.variantId, line.quantity]));
  const wanted = summed(lines).filter((line) => line.quantity > 0);
  return wanted.length === unitsHeld.size && wanted.every((line) => unitsHeld.get(line.variantId) === line.quantity);
}
