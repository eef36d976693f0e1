import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Cart } from '../entities/cart.entity.ts';
import { findPriceBasis, type PriceBasis } from './cart-pricing.ts';

/** Who asks for a cart: a customer reaches their own only; a guest proves the cart by its id, which is a secret. */
export interface CartAccess {
  readonly customerId: string | null;
  readonly isStaffOrApp: boolean;
}

/** Whether the caller may see and change this cart. */
export function reaches(access: CartAccess, cart: Pick<Cart, 'customerId'>): boolean {
  if (access.isStaffOrApp) return true;
  return cart.customerId === null || cart.customerId === undefined || cart.customerId === access.customerId;
}

/** Takes a cart for a change. */
export async function holdCart(
  tx: Transaction,
  cartId: string,
  access: CartAccess,
  expectedVersion: number | null,
): Promise<Outcome<Cart, OrderErrorCode>> {
  const cart = await findRow(tx.em, Cart, { id: cartId }, { lock: 'wait' });
  if (!cart || !reaches(access, cart)) return refuse('NOT_FOUND', 'There is no such cart.', ['cartId']);
  if (expectedVersion !== null && cart.version !== expectedVersion) {
    return refuse(
      'VERSION_MISMATCH',
      `The cart is at version ${cart.version}, not ${expectedVersion}. Read it again.`,
      ['expectedVersion'],
    );
  }
  return done(cart);
}

/** Takes a cart that is open for changes. */
async function holdOpenCart(
  tx: Transaction,
  cartId: string,
  access: CartAccess,
  expectedVersion: number | null,
): Promise<Outcome<Cart, OrderErrorCode>> {
  const held = await holdCart(tx, cartId, access, expectedVersion);
  if (held.refusals) return held;
  const { status } = held.value;
  if (status === 'IN_CHECKOUT' || status === 'CHECKOUT_STARTING') {
    return refuse('CART_IN_CHECKOUT', 'The cart is in checkout. Cancel checkout first.', ['cartId']);
  }
  if (status !== 'ACTIVE') return refuse('CART_CLOSED', 'The cart became an order or was abandoned.', ['cartId']);
  return held;
}

/** A cart that is open for changes, and what it is priced by. */
export interface CartToPrice {
  readonly held: Outcome<Cart, OrderErrorCode>;
  readonly basis: PriceBasis;
}

/** Takes a cart that is open for changes with all that is needed to price it, and `others` that may be added to it. */
export async function holdCartToPrice(
  tx: Transaction,
  input: { cartId: string; access: CartAccess; expectedVersion: number | null },
  others: readonly string[] = [],
): Promise<CartToPrice> {
  const [held, basis] = await Promise.all([
    holdOpenCart(tx, input.cartId, input.access, input.expectedVersion),
    findPriceBasis(tx.em, input.cartId, others),
  ]);
  return { held, basis };
}
