import type { Transaction } from '@ordergraph/events';
import { findRow } from '@ordergraph/tenancy';
import { Cart } from '../../entities/cart.entity.ts';
import { Order } from '../../entities/order.entity.ts';
import type { HeldSaga } from '../sagas.ts';

/** Takes the cart that a saga is about, unless it came with the saga. */
export async function holdCartOf(tx: Transaction, saga: HeldSaga): Promise<Cart> {
  if (saga.cart?.id === saga.cartId) return saga.cart;
  const cart = await findRow(tx.em, Cart, { id: saga.cartId }, { lock: 'wait' });
  if (!cart) throw new Error(`The saga ${saga.id} outlived its cart.`);
  return cart;
}

/** Takes the order that a saga is about, unless it came with the saga. */
export async function holdOrderOf(tx: Transaction, saga: HeldSaga<'PLACE'>): Promise<Order> {
  const { orderId } = saga.state.facts;
  if (saga.order?.id === orderId) return saga.order;
  const order = await findRow(tx.em, Order, { id: orderId }, { lock: 'wait' });
  if (!order) throw new Error(`The saga ${saga.id} outlived its order.`);
  return order;
}
