import type { Transaction } from '@ordergraph/events';
import { money } from '@ordergraph/money';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { PaymentErrorCode } from '../../generated/graphql.ts';
import type { CheckoutCart } from '../entities/checkout-cart.entity.ts';
import { behaviourOf } from '../provider/sandbox/tokens.ts';
import type { Payment } from '../entities/payment.entity.ts';
import { preparePayment } from './create-payment.ts';

/** What a shopper pays with, and for which cart. */
export interface CartPayment {
  /** As it was just found; null when the caller can see no cart that is ready. */
  readonly cart: CheckoutCart | null;
  readonly cartVersion: number;
  readonly gateway: string;
  readonly methodToken: string;
  readonly returnUrl: string | null;
}

// An order may be placed in the last moment of checkout, and its saga needs time to authorise.
const graceMs = 3_600_000;

/** Prepares the payment of a cart in checkout, for exactly what checkout froze. */
export function createCartPayment(tx: Transaction, input: CartPayment): Outcome<Payment, PaymentErrorCode> {
  if (input.gateway !== 'sandbox') return refuse('INVALID', 'The only gateway is `sandbox`.', ['gateway']);
  if (!behaviourOf(input.methodToken)) {
    return refuse('INVALID', 'The sandbox does not know this token; its README lists those it knows.', [
      'paymentMethodToken',
    ]);
  }
  const { cart } = input;
  if (!cart || !isPayable(cart, input.cartVersion, tx.now)) {
    return refuse('CART_NOT_READY', 'The cart is not in checkout, or not at this version. Begin checkout, then pay.', [
      'cartId',
    ]);
  }
  const payment = preparePayment(tx, {
    cartId: cart.id,
    customerId: cart.customerId,
    amount: money(cart.totalMinor, cart.currencyCode),
    methodToken: input.methodToken,
    returnUrl: input.returnUrl,
    expiresAt: new Date(cart.expiresAt.getTime() + graceMs),
  });
  return done(payment);
}

/** Whether a payment can be prepared: in checkout, at that version, in time, and with something to pay. */
export function isPayable(cart: CheckoutCart, cartVersion: number, now: Date): boolean {
  return cart.isInCheckout && cart.cartVersion === cartVersion && cart.expiresAt > now && cart.totalMinor > 0n;
}
