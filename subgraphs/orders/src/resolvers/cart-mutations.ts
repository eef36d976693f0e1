import {
  customerOf,
  decodeId,
  done,
  isStaffOrApp,
  once,
  onceHolding,
  refuse,
  refuseWhileRunning,
} from '@ordergraph/subgraph-server';
import type { Outcome, RequestContext } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { MutationResolvers, OrderErrorCode, OrderUserError } from '../../generated/graphql.ts';
import { beginCheckout } from '../commands/begin-checkout.ts';
import { cancelCheckout } from '../commands/cancel-checkout.ts';
import type { CartNow, PricedCart } from '../commands/cart-pricing.ts';
import { createCart, findCartParts } from '../commands/create-cart.ts';
import { holdCartToPrice } from '../commands/hold-cart.ts';
import { updateCart, updateCartLines } from '../commands/update-cart.ts';
import { Cart } from '../entities/cart.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import type { StoredAddress } from '../entities/stored.ts';
import { cartAccess, repeatable } from './access.ts';
import { loadersOf } from './loaders.ts';

interface CartPayload {
  readonly cart: Cart | null;
  readonly userErrors: readonly OrderUserError[];
}

const refused = (code: OrderErrorCode, message: string, field: readonly string[] | null = null): CartPayload => ({
  cart: null,
  userErrors: [{ code, message, field }],
});

const noCart = refused('NOT_FOUND', 'There is no such cart.', ['cartId']);

interface CartOutcome {
  readonly value?: { cartId: string } | undefined;
  readonly refusals?: readonly OrderUserError[] | undefined;
}

/** What the command of this very call changed, so that it is rendered and not read again. A repeated call has none. */
interface Changed {
  cart?: Cart;
  now?: CartNow;
}

async function answer(
  context: RequestContext,
  { value, refusals }: CartOutcome,
  { cart, now }: Changed = {},
): Promise<CartPayload> {
  if (!value) return { cart: null, userErrors: [...(refusals ?? [])] };
  const loaders = loadersOf(context);
  loaders.cart.clear(value.cartId);
  if (!cart) return { cart: await loaders.cart.load(value.cartId), userErrors: [] };
  loaders.cart.prime(value.cartId, cart);
  if (now) loaders.pricedCart.prime(cart, now);
  return { cart, userErrors: [] };
}

/** Answers a change that is not kept for repetitions. */
const answerChange = (
  context: RequestContext,
  { value, refusals }: Outcome<PricedCart, OrderErrorCode>,
): Promise<CartPayload> => answer(context, value ? { value: { cartId: value.cart.id } } : { refusals }, value);

const decodeLines = (lines: readonly { readonly variantId: string; readonly quantity: number }[]) =>
  // An id of another type names no variant: the command says so, as for any unknown one.
  lines.map(({ variantId, quantity }) => ({ variantId: decodeId('ProductVariant', variantId) ?? nil, quantity }));

const nil = '00000000-0000-0000-0000-000000000000';

export const cartCreate: MutationResolvers['cartCreate'] = async (_parent, { input }, context) => {
  const own = customerOf(context);
  const named = input.customerId ? decodeId('Customer', input.customerId) : null;
  if (input.customerId && (!isStaffOrApp(context) || !named)) {
    return refused('NOT_FOUND', 'Only staff and apps open a cart for a customer, named by id.', ['customerId']);
  }
  const guest = `KEY:${input.idempotencyKey.slice(0, 255)}`;
  const lines = decodeLines(input.lines);
  const changed: Changed = {};
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      onceHolding(
        tx,
        'orders',
        repeatable(context, 'cartCreate', input, guest),
        () => findCartParts(tx, lines),
        async (parts) => {
          const { currencyCode } = input;
          const created = createCart(tx, parts, { currencyCode, customerId: named ?? own, email: null, lines });
          if (created.refusals) return created;
          Object.assign(changed, created.value);
          return done({ cartId: created.value.cart.id });
        },
      ),
    ),
  );
  return answer(context, outcome, changed);
};

export const cartLinesUpdate: MutationResolvers['cartLinesUpdate'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return noCart;
  const { expectedVersion = null } = input;
  const change = { cartId, access: cartAccess(context), expectedVersion, lines: decodeLines(input.lines) };
  return answerChange(context, await context.transact((tx) => updateCartLines(tx, change)));
};

type AddressInput = { readonly [Field in keyof StoredAddress]?: StoredAddress[Field] | undefined } & {
  readonly line1: string;
  readonly city: string;
  readonly countryCode: string;
};

const storeAddress = (address: AddressInput): StoredAddress => ({
  name: address.name ?? null,
  line1: address.line1,
  line2: address.line2 ?? null,
  city: address.city,
  region: address.region ?? null,
  postalCode: address.postalCode ?? null,
  countryCode: address.countryCode,
  phone: address.phone ?? null,
});

export const cartUpdate: MutationResolvers['cartUpdate'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return noCart;
  const { email, shippingAddress, billingAddress, shippingOptionHandle, expectedVersion = null } = input;
  const changes = {
    ...(email === undefined ? {} : { email }),
    ...(shippingAddress === undefined ? {} : { shippingAddress: shippingAddress && storeAddress(shippingAddress) }),
    ...(billingAddress === undefined ? {} : { billingAddress: billingAddress && storeAddress(billingAddress) }),
    ...(shippingOptionHandle === undefined ? {} : { shippingHandle: shippingOptionHandle }),
  };
  const outcome = await context.transact((tx) =>
    updateCart(tx, { cartId, access: cartAccess(context), expectedVersion, changes }),
  );
  return answerChange(context, outcome);
};

const checkoutWaitMs = 3_000;

/** The saga, once it has ended. */
async function endedSaga(context: RequestContext, sagaId: string): Promise<Saga | null> {
  const saga = await findRow(context.em, Saga, { id: sagaId });
  return saga?.status === 'RUNNING' || saga?.status === 'COMPENSATING' ? null : saga;
}

const isFrozenBy = (cart: Cart | null, sagaId: string): cart is Cart =>
  cart?.status === 'IN_CHECKOUT' && cart.checkoutSagaId === sagaId && cart.checkoutExpiresAt != null;

/** How checkout ended: with the cart that it froze, or as its saga says; null while it runs. */
async function checkoutEnd(
  context: RequestContext,
  { cartId, sagaId }: { cartId: string; sagaId: string },
): Promise<{ cart: Cart } | { saga: Saga } | null> {
  const cart = await findRow(context.em, Cart, { id: cartId });
  if (isFrozenBy(cart, sagaId)) return { cart };
  const saga = await endedSaga(context, sagaId);
  return saga && { saga };
}

export const cartCheckoutBegin: MutationResolvers['cartCheckoutBegin'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return noCart;
  const { expectedVersion, redeemPoints } = input;
  const changed: Changed = {};
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      onceHolding(
        tx,
        'orders',
        repeatable(context, 'cartCheckoutBegin', input, cartId),
        () => holdCartToPrice(tx, { cartId, access: cartAccess(context), expectedVersion }),
        async (held) => {
          const begun = await beginCheckout(tx, held, { redeemPoints });
          if (begun.refusals) return begun;
          changed.cart = begun.value.cart;
          return done({ cartId, sagaId: begun.value.sagaId });
        },
      ),
    ),
  );
  if (outcome.refusals) return answer(context, outcome);
  const { sagaId } = outcome.value;
  if (changed.cart && isFrozenBy(changed.cart, sagaId)) return answer(context, outcome, changed);
  const end = await context.waitFor(
    `saga:${sagaId}`,
    () => checkoutEnd(context, outcome.value),
    checkoutWaitMs,
    changed.cart ? 'when woken' : 'at once',
  );
  if (end && 'cart' in end) return answer(context, outcome, end);
  if (!end || end.saga.status === 'NEEDS_ATTENTION')
    return refused(
      'CHECKOUT_PENDING',
      'Holding stock takes longer than usual. Read the cart again, or repeat the call with the same key.',
    );
  const { status, state } = end.saga;
  const { failure } = state;
  // The saga's failures are codes of the API.
  if (status === 'COMPENSATED' && failure) return refused(failure.code as OrderErrorCode, failure.message);
  if (status === 'COMPENSATED') return refused('CHECKOUT_EXPIRED', 'Checkout was left. Begin it again.');
  return answer(context, outcome);
};

export const cartCheckoutCancel: MutationResolvers['cartCheckoutCancel'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return noCart;
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'cartCheckoutCancel', input, cartId), () =>
        cancelCheckout(tx, { cartId, access: cartAccess(context) }),
      ),
    ),
  );
  if (outcome.refusals) return answer(context, outcome);
  const { sagaId } = outcome.value;
  if (sagaId) await context.waitFor(`saga:${sagaId}`, () => endedSaga(context, sagaId), checkoutWaitMs);
  return answer(context, outcome);
};

/** The refusal of a malformed id, as an outcome. */
export const notFound = (field: string) =>
  refuse<OrderErrorCode>('NOT_FOUND', 'The id names nothing that you can see.', [field]);
