import { customerOf, isStaffOrApp, type Repeatable, type RequestContext } from '@ordergraph/subgraph-server';
import type { CartAccess } from '../commands/hold-cart.ts';
import type { Order } from '../entities/order.entity.ts';

/** What the caller may reach among carts. */
export const cartAccess = (context: RequestContext): CartAccess => ({
  customerId: customerOf(context),
  isStaffOrApp: isStaffOrApp(context),
});

/** Orders are for their customer and for staff. A guest reaches theirs through the cart, whose id is a secret. */
export function mayReachOrder(context: RequestContext, order: Pick<Order, 'customerId'>): boolean {
  if (isStaffOrApp(context)) return true;
  const customerId = customerOf(context);
  return customerId !== null && order.customerId === customerId;
}

/** Names a call that may be repeated. A guest's keys are the cart's, since nothing else tells guests apart. */
export function repeatable(
  context: RequestContext,
  operation: string,
  input: { readonly idempotencyKey: string },
  cartId: string | null = null,
): Repeatable {
  const { idempotencyKey, ...rest } = input;
  const { type, id } = context.viewer.actor;
  return { operation, key: idempotencyKey, input: rest, actor: id === null ? `CART:${cartId ?? ''}` : `${type}:${id}` };
}
