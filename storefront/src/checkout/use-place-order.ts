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

/** How an attempt to buy ended. A declined card is an order too: one that says so. */
export type Outcome =
  | { readonly kind: 'placed'; readonly orderId: string; readonly actionUrl: string | null }
  | { readonly kind: 'refused'; readonly message: string };

interface FrozenCart {
  readonly version: number;
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
 * Begins checkout, prepares the payment and places the order. A key of idempotency is kept until its call was answered, so
 * that pressing the button again after a broken connection repeats the call in place of making another.
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
    if (answer === undefined) throw new Error(unreachable);
    keys.current.delete(purpose);
    return answer;
  }

  /** The cart as checkout froze it; throws what was refused. */
  async function begin({ cart, redeemPoints }: Asked): Promise<FrozenCart> {
    if (cart.status === 'IN_CHECKOUT') return cart;
    const { cartCheckoutBegin: answer } = await keyed(
      `begin ${cart.id} ${cart.version} ${redeemPoints}`,
      async (idempotencyKey) => {
        const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey, redeemPoints };
        return (await client.mutate({ mutation: StorefrontCheckoutBeginDocument, variables: { input } })).data;
      },
    );
    if (answer.cart) return answer.cart;
    if (!answer.userErrors.some(({ code }) => code === 'CHECKOUT_PENDING'))
      throw new Error(wordingOf(answer.userErrors));
    for (let poll = 0; poll < polls; poll++) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      const { data } = await client.query({
        query: StorefrontCheckoutStateDocument,
        variables: { id: cart.id },
        fetchPolicy: 'network-only',
      });
      if (data?.cart?.status === 'IN_CHECKOUT') return data.cart;
      if (data?.cart?.status === 'ACTIVE')
        throw new Error('Not all of it is in stock any more. Look at your cart again.');
    }
    throw new Error('Holding your items takes longer than usual. Try again in a moment.');
  }

  /** The payment of a frozen cart; null where points have paid for all of it. */
  async function pay({ cart, paymentMethodToken }: Asked, frozen: FrozenCart): Promise<string | null> {
    if (isZero(frozen.totals.grandTotal)) return null;
    const { paymentCreate } = await keyed(
      `pay ${cart.id} ${frozen.version} ${paymentMethodToken}`,
      async (idempotencyKey) => {
        const returnUrl = `${location.origin}/shop/orders/of-cart/${encodeURIComponent(cart.id)}`;
        const input = { cartId: cart.id, cartVersion: frozen.version, paymentMethodToken, returnUrl, idempotencyKey };
        return (await client.mutate({ mutation: StorefrontPaymentCreateDocument, variables: { input } })).data;
      },
    );
    if (!paymentCreate.payment) throw new Error(wordingOf(paymentCreate.userErrors));
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
    if (!orderPlace.order) throw new Error(wordingOf(orderPlace.userErrors));
    return {
      kind: 'placed',
      orderId: orderPlace.order.id,
      actionUrl: orderPlace.payment?.nextAction?.url ?? null,
    };
  }

  async function place(asked: Asked): Promise<Outcome> {
    try {
      return await run(asked);
    } catch (error) {
      const isOurs = error instanceof Error && !/fetch|network/i.test(error.message);
      return { kind: 'refused', message: isOurs ? error.message : unreachable };
    } finally {
      setStep(null);
    }
  }

  return { place, step };
}

const wordings: Readonly<Record<string, string>> = {
  INSUFFICIENT_STOCK: 'Not all of it is in stock any more. Look at your cart again.',
  INSUFFICIENT_POINTS: 'You have fewer points than that.',
  PRICE_CHANGED: 'A price has changed. Look at your cart again.',
  CART_INCOMPLETE: 'Something is missing: an address, an email or a shipping method.',
  CHECKOUT_EXPIRED: 'Checkout took too long, so nothing is held for you any more. Begin it again.',
  CART_CLOSED: 'This cart is an order already. You find it under your orders.',
  VERSION_MISMATCH: 'Your cart has changed in another window. Look at it again.',
  DECLINED: 'The card was declined. Try another one.',
  GATEWAY_UNAVAILABLE: 'The payment provider does not answer. Try again in a moment.',
};

const wordingOf = ([error]: readonly { code: string; message: string }[]): string =>
  error ? (wordings[error.code] ?? error.message) : wordsOf('REFUSED');
