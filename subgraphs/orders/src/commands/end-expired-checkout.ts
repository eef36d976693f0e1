import type { EventHandler, Transaction } from '@ordergraph/events';
import { findRow } from '@ordergraph/tenancy';
import { Cart } from '../entities/cart.entity.ts';
import { move } from './advance-saga.ts';
import { handOverCheckout, holdSaga, isKind, type HeldSaga } from './sagas.ts';

const ranOut = { code: 'CHECKOUT_EXPIRED', message: 'Checkout ran out of time.', step: null };

/** Ends a finished checkout, unless its order has taken over. */
async function endCheckout(tx: Transaction, saga: HeldSaga): Promise<void> {
  const cart = await findRow(tx.em, Cart, { id: saga.cartId });
  if (cart?.status === 'IN_CHECKOUT' && cart.checkoutSagaId === saga.id) {
    await move(tx, saga, { type: 'Abandoned', failure: ranOut });
  } else {
    handOverCheckout(tx, saga.id);
  }
}

/** Inventory gave a hold back because time ran out: the cart opens again. Within an order, its own saga finds out. */
export const endExpiredCheckout: EventHandler<'StockReservationExpired'> = async (tx, { cartId, orderId }) => {
  if (orderId) return;
  const cart = await findRow(tx.em, Cart, { id: cartId });
  const saga = cart?.checkoutSagaId ? await holdSaga(tx, cart.checkoutSagaId) : null;
  if (saga?.state.status === 'COMPLETED') await endCheckout(tx, saga);
};

/** Looks at a saga whose deadline has passed: a step is asked again, a finished checkout ends. */
export async function passDeadline(tx: Transaction, sagaId: string): Promise<void> {
  const saga = await holdSaga(tx, sagaId);
  if (!saga) return;
  if (isKind(saga, 'CHECKOUT') && saga.state.status === 'COMPLETED') {
    if (new Date(saga.state.facts.expiresAt) <= tx.now) await endCheckout(tx, saga);
  } else {
    await move(tx, saga, { type: 'DeadlinePassed' });
  }
}
