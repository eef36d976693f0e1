import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, updateRow } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Cart } from '../entities/cart.entity.ts';
import { move } from './advance-saga.ts';
import { holdCart, type CartAccess } from './hold-cart.ts';
import { holdSaga } from './sagas.ts';

/** Leaves checkout: gives back stock and points, and opens the cart for changes once they are back. */
export async function cancelCheckout(
  tx: Transaction,
  input: { cartId: string; access: CartAccess },
): Promise<Outcome<{ cartId: string; sagaId: string | null }, OrderErrorCode>> {
  // The saga is locked before its cart, as everybody does who moves it.
  const known = await findRow(tx.em, Cart, { id: input.cartId });
  const saga = known?.checkoutSagaId ? await holdSaga(tx, known.checkoutSagaId) : null;
  const held = await holdCart(tx, input.cartId, input.access, null);
  if (held.refusals) return held;
  const cart = held.value;
  if (cart.status === 'COMPLETED' || cart.status === 'ABANDONED') {
    return refuse('CART_CLOSED', 'The cart became an order or was abandoned.', ['cartId']);
  }
  if (cart.status === 'ACTIVE' || !saga || cart.checkoutSagaId !== saga.id)
    return done({ cartId: cart.id, sagaId: null });
  // From now on no order can be placed from it.
  updateRow(tx.em, Cart, cart, { checkoutExpiresAt: null, updatedAt: tx.now });
  await move(tx, { ...saga, cart }, { type: 'Abandoned', failure: null });
  return done({ cartId: cart.id, sagaId: saga.id });
}
