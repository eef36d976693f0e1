import { customerOf, decodeId, isStaffOrApp, once, refuse, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { RequestContext } from '@ordergraph/subgraph-server';
import type { MutationResolvers, OrderErrorCode, OrderUserError } from '../../generated/graphql.ts';
import { beginCheckout } from '../commands/begin-checkout.ts';
import { cancelCheckout } from '../commands/cancel-checkout.ts';
import { createCart } from '../commands/create-cart.ts';
import { updateCart, updateCartLines } from '../commands/update-cart.ts';
import type { Cart } from '../entities/cart.entity.ts';
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

async function answer(context: RequestContext, { value, refusals }: CartOutcome): Promise<CartPayload> {
  if (!value) return { cart: null, userErrors: [...(refusals ?? [])] };
  return { cart: await loadersOf(context).cart.clear(value.cartId).load(value.cartId), userErrors: [] };
}

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
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'cartCreate', input, guest), () =>
        createCart(tx, {
          currencyCode: input.currencyCode,
          customerId: named ?? own,
          email: null,
          lines: decodeLines(input.lines),
        }),
      ),
    ),
  );
  return answer(context, outcome);
};

export const cartLinesUpdate: MutationResolvers['cartLinesUpdate'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return noCart;
  const { expectedVersion = null } = input;
  const change = { cartId, access: cartAccess(context), expectedVersion, lines: decodeLines(input.lines) };
  return answer(context, await context.transact((tx) => updateCartLines(tx, change)));
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
  return answer(context, outcome);
};

const checkoutWaitMs = 3_000;

/** How the saga of this attempt ended; null while it runs. */
async function checkoutEnd(context: RequestContext, sagaId: string) {
  return context.waitFor(
    `saga:${sagaId}`,
    async () => {
      const saga = await context.em.findOne(Saga, { id: sagaId }, { refresh: true });
      return saga?.status === 'RUNNING' || saga?.status === 'COMPENSATING' ? null : saga;
    },
    checkoutWaitMs,
  );
}

export const cartCheckoutBegin: MutationResolvers['cartCheckoutBegin'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return noCart;
  const { expectedVersion, redeemPoints } = input;
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'cartCheckoutBegin', input, cartId), () =>
        beginCheckout(tx, { cartId, access: cartAccess(context), expectedVersion, redeemPoints }),
      ),
    ),
  );
  if (outcome.refusals) return answer(context, outcome);
  const saga = await checkoutEnd(context, outcome.value.sagaId);
  if (!saga || saga.status === 'NEEDS_ATTENTION')
    return refused(
      'CHECKOUT_PENDING',
      'Holding stock takes longer than usual. Read the cart again, or repeat the call with the same key.',
    );
  const { failure } = saga.state;
  // The saga's failures are codes of the API.
  if (saga.status === 'COMPENSATED' && failure) return refused(failure.code as OrderErrorCode, failure.message);
  if (saga.status === 'COMPENSATED') return refused('CHECKOUT_EXPIRED', 'Checkout was left. Begin it again.');
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
  if (outcome.value.sagaId) await checkoutEnd(context, outcome.value.sagaId);
  return answer(context, outcome);
};

/** The refusal of a malformed id, as an outcome. */
export const notFound = (field: string) =>
  refuse<OrderErrorCode>('NOT_FOUND', 'The id names nothing that you can see.', [field]);
