import type { EventHandler, Transaction } from '@ordergraph/events';
import { Cart } from '../entities/cart.entity.ts';
import { advanceSaga } from './advance-saga.ts';
import { holdSaga, isKind } from './sagas.ts';

const ranOut = { code: 'CHECKOUT_EXPIRED', message: 'Checkout ran out of time.', step: null };

/** Inventory gave a hold back because time ran out: the cart opens again. Within an order, its own saga finds out. */
export const endExpiredCheckout: EventHandler<'StockReservationExpired'> = async (tx, { cartId, orderId }) => {
  if (orderId) return;
  const cart = await tx.em.findOne(Cart, { id: cartId });
  if (cart?.status !== 'IN_CHECKOUT' || !cart.checkoutSagaId) return;
  await advanceSaga(tx, cart.checkoutSagaId, { type: 'Abandoned', failure: ranOut });
};

/** Looks at a saga whose deadline has passed: a step is asked again, a finished checkout ends. */
export async function passDeadline(tx: Transaction, sagaId: string): Promise<void> {
  const saga = await holdSaga(tx, sagaId);
  if (!saga) return;
  const isFinishedCheckout = isKind(saga, 'CHECKOUT') && saga.state.status === 'COMPLETED';
  await advanceSaga(tx, sagaId, isFinishedCheckout ? { type: 'Abandoned', failure: ranOut } : { type: 'DeadlinePassed' });
}
