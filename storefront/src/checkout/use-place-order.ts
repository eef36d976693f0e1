import { useApolloClient } from '@apollo/client/react';
import { useRef, useState } from 'react';
import {
  StorefrontCheckoutBeginDocument,
  StorefrontCheckoutStateDocument,
  StorefrontOrderPlaceDocument,
  StorefrontPaymentCreateDocument,
} from '../../generated/operations.ts';
import { isZero, type Money } from '../money.ts';
import { newKey } from '../new-key.ts';
import { wordsOf } from '../words.ts';

/** How an attempt to buy ended. After a refusal the cart is worth another look: it may have changed, or be an order. */
export type Outcome =
  | { readonly kind: 'placed'; readonly orderId: string; readonly actionUrl: string | null }
  | { readonly kind: 'refused'; readonly code: string | null; readonly message: string };

/** The server has said no, and why. */
class Refusal extends Error {
  /** The same call is still at work, so that nobody knows yet how it ends. */
  readonly isOpen: boolean;
  readonly code: string | null;
  constructor([error]: readonly { code: string; message: string }[]) {
    super(error ? (wordings[error.code] ?? error.message) : wordsOf('REFUSED'));
    this.code = error?.code ?? null;
    this.isOpen = error?.code === 'IDEMPOTENCY_IN_PROGRESS';
  }
}

interface FrozenCart {
  readonly version: number;
  /** Tells this checkout from an earlier one of the same cart. */
  readonly checkoutExpiresAt: string | null;
  readonly totals: { readonly grandTotal: Money };
}

interface Asked {
  readonly cart: FrozenCart & { readonly id: string; readonly status: string };
  readonly redeemPoints: number;
  readonly paymentMethodToken: string;
}

const pollMs = 700;
const polls = 25;
const unreachable =
  'The shop could not be reached, and it is not known whether it has your order. Try again: nothing is bought twice.';

/**
 * Begins checkout, prepares the payment and places the order. The keys of idempotency of all calls are kept until it is known
 * how the attempt ended, so that pressing the button again after a broken connection repeats the very same calls: with one
 * key dropped on the way, a second payment would be made.
 */
export function usePlaceOrder() {
  const client = useApolloClient();
  const [step, setStep] = useState<string | null>(null);
  const keys = useRef(new Map<string, string>());

  async function keyed<Answer>(
    purpose: string,
    call: (idempotencyKey: string) => Promise<Answer | undefined>,
  ): Promise<Answer> {
    const key = keys.current.get(purpose) ?? newKey();
    keys.current.set(purpose, key);
    const answer = await call(key);
    if (answer === undefined) throw new Error('No answer came.');
    return answer;
  }

  /** The cart as checkout froze it; throws what was refused. */
  async function begin({ cart, redeemPoints }: Asked): Promise<FrozenCart> {
    if (cart.status === 'IN_CHECKOUT') return cart;
    const purpose = `begin ${cart.id} ${cart.version} ${redeemPoints}`;
    const { cartCheckoutBegin: answer } = await keyed(purpose, async (idempotencyKey) => {
      const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey, redeemPoints };
      return (await client.mutate({ mutation: StorefrontCheckoutBeginDocument, variables: { input } })).data;
    });
    // It may be left and begun again at the same version, which is another checkout.
    keys.current.delete(purpose);
    if (answer.cart) return answer.cart;
    if (!answer.userErrors.some(({ code }) => code === 'CHECKOUT_PENDING')) throw new Refusal(answer.userErrors);
    for (let poll = 0; poll < polls; poll++) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      const { data } = await client.query({
        query: StorefrontCheckoutStateDocument,
        variables: { id: cart.id },
        fetchPolicy: 'network-only',
      });
      if (data?.cart?.status === 'IN_CHECKOUT') return data.cart;
      if (data?.cart?.status === 'ACTIVE') throw new Refusal([{ code: 'INSUFFICIENT_STOCK', message: '' }]);
    }
    throw new Refusal([{ code: 'CHECKOUT_PENDING', message: '' }]);
  }

  /** The payment of a frozen cart; null where points have paid for all of it. */
  async function pay({ cart, paymentMethodToken }: Asked, frozen: FrozenCart): Promise<string | null> {
    if (isZero(frozen.totals.grandTotal)) return null;
    const { paymentCreate } = await keyed(
      `pay ${cart.id} ${frozen.version} ${frozen.checkoutExpiresAt} ${paymentMethodToken}`,
      async (idempotencyKey) => {
        const returnUrl = `${location.origin}/shop/orders/of-cart/${encodeURIComponent(cart.id)}`;
        const input = { cartId: cart.id, cartVersion: frozen.version, paymentMethodToken, returnUrl, idempotencyKey };
        return (await client.mutate({ mutation: StorefrontPaymentCreateDocument, variables: { input } })).data;
      },
    );
    if (!paymentCreate.payment) throw new Refusal(paymentCreate.userErrors);
    return paymentCreate.payment.id;
  }

  async function run(asked: Asked): Promise<Outcome> {
    const { cart } = asked;
    setStep('Holding your items …');
    const frozen = await begin(asked);
    setStep('Preparing the payment …');
    const paymentId = await pay(asked, frozen);
    setStep('Placing your order …');
    const { orderPlace } = await keyed(`place ${cart.id} ${frozen.version} ${paymentId}`, async (idempotencyKey) => {
      const input = { cartId: cart.id, cartVersion: frozen.version, paymentId, idempotencyKey };
      return (await client.mutate({ mutation: StorefrontOrderPlaceDocument, variables: { input } })).data;
    });
    if (!orderPlace.order) throw new Refusal(orderPlace.userErrors);
    keys.current.clear();
    const { failure } = orderPlace.order;
    // An order that came to nothing has given its cart back.
    if (failure) throw new Refusal([failure]);
    return {
      kind: 'placed',
      orderId: orderPlace.order.id,
      actionUrl: orderPlace.payment?.nextAction?.url ?? null,
    };
  }

  async function place(asked: Asked): Promise<Outcome> {
    const outcome = await run(asked).catch(refused);
    // On the way to the bank there is nothing more to press here.
    setStep(outcome.kind === 'placed' && outcome.actionUrl ? 'Going to your bank …' : null);
    return outcome;
  }

  function refused(error: unknown): Outcome {
    if (!(error instanceof Refusal)) return { kind: 'refused', code: null, message: unreachable };
    if (!error.isOpen) keys.current.clear();
    return { kind: 'refused', code: error.code, message: error.message };
  }

  return { place, step };
}

const wordings: Readonly<Record<string, string>> = {
  INSUFFICIENT_STOCK: 'Not all of it is in stock any more. Nothing was charged.',
  CHECKOUT_PENDING: 'Holding your items takes longer than usual. Try again in a moment.',
  IDEMPOTENCY_IN_PROGRESS: 'Your order is on its way. Wait a moment.',
  PAYMENT_DECLINED: 'Your card was declined. Nothing was charged. Try another card.',
  INSUFFICIENT_POINTS: 'You have fewer points than that.',
  PRICE_CHANGED: 'A price has changed. Look at your cart again.',
  CART_INCOMPLETE: 'Something is missing: an address, an email or a shipping method.',
  CHECKOUT_EXPIRED: 'Checkout took too long, so nothing is held for you any more. Begin it again.',
  CART_NOT_READY: 'Your items are not held for you any more. Try again.',
  CART_CLOSED: 'This cart is an order already.',
  CART_IN_CHECKOUT: 'Your cart went into checkout in another window. Look at it again.',
  VERSION_MISMATCH: 'Your cart has changed in another window. Look at it again.',
  DECLINED: 'The card was declined. Try another one.',
  GATEWAY_UNAVAILABLE: 'The payment provider does not answer. Try again in a moment.',
};
