import { MoneyError, readMoney } from '@ordergraph/money';
import {
  decodeId,
  done,
  once,
  refuse,
  refuseWhileRunning,
  type Outcome,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { MutationResolvers, PaymentErrorCode } from '../../generated/graphql.ts';
import { captureAmount } from '../commands/capture-payment.ts';
import { createCartPayment, isPayable } from '../commands/create-cart-payment.ts';
import { giveUpAuthorization } from '../commands/void-payment.ts';
import { CheckoutCart } from '../entities/checkout-cart.entity.ts';
import { providerOutcome } from './awaited-operation.ts';
import { loadersOf, maySee } from './loaders.ts';

const checkoutPatienceMs = 2_000;

const actorOf = ({ viewer }: RequestContext): string => `${viewer.actor.type}:${viewer.actor.id}`;

async function payload(context: RequestContext, { value, refusals }: Outcome<{ paymentId: string }, PaymentErrorCode>) {
  const payment = value ? await loadersOf(context).payment.load(value.paymentId) : null;
  return { payment, userErrors: [...(refusals ?? [])] };
}

export const paymentCreate: MutationResolvers['paymentCreate'] = async (_parent, { input }, context) => {
  const { idempotencyKey, ...fields } = input;
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return payload(context, refuse('NOT_FOUND', 'There is no cart with this id.', ['cartId']));
  // Checkout's own news may be on its way still. What is not there in time, the command refuses.
  const cart = await context.waitFor(
    `cart:${cartId}`,
    async () => {
      const copy = await findRow(context.em, CheckoutCart, { id: cartId });
      return copy && isPayable(copy, input.cartVersion, new Date()) && maySee(context, copy) ? copy : null;
    },
    checkoutPatienceMs,
  );
  const isGuest = context.viewer.actor.type === 'ANONYMOUS';
  const call = {
    operation: 'paymentCreate',
    key: idempotencyKey,
    input: fields,
    actor: isGuest ? `CART:${cartId}` : actorOf(context),
  };
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'payments', call, async () => {
        const { value, refusals } = createCartPayment(tx, {
          // A cart that is somebody else's is, to the caller, one that is not there.
          cart,
          cartVersion: input.cartVersion,
          gateway: input.gateway,
          methodToken: input.paymentMethodToken,
          returnUrl: input.returnUrl ?? null,
        });
        if (refusals) return { refusals };
        tx.afterCommit(() => loadersOf(context).payment.prime(value.id, value));
        return done({ paymentId: value.id });
      }),
    ),
  );
  return payload(context, outcome);
};

export const paymentCapture: MutationResolvers['paymentCapture'] = async (_parent, { input }, context) => {
  const { idempotencyKey, ...fields } = input;
  const paymentId = decodeId('Payment', input.paymentId);
  if (!paymentId) return payload(context, refuse('NOT_FOUND', 'There is no payment with this id.', ['paymentId']));
  const amount = input.amount ? readMoney(input.amount) : null;
  if (amount instanceof MoneyError) return payload(context, refuse('INVALID', amount.message, ['amount']));
  const call = { operation: 'paymentCapture', key: idempotencyKey, input: fields, actor: actorOf(context) };
  const planned = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'payments', call, () => captureAmount(tx, { paymentId, amount, isFinal: input.isFinal })),
    ),
  );
  return payload(context, await providerOutcome(context, planned));
};

export const paymentVoid: MutationResolvers['paymentVoid'] = async (_parent, { input }, context) => {
  const { idempotencyKey, ...fields } = input;
  const paymentId = decodeId('Payment', input.paymentId);
  if (!paymentId) return payload(context, refuse('NOT_FOUND', 'There is no payment with this id.', ['paymentId']));
  const call = { operation: 'paymentVoid', key: idempotencyKey, input: fields, actor: actorOf(context) };
  const planned = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'payments', call, () => giveUpAuthorization(tx, { paymentId, reason: input.reason })),
    ),
  );
  return payload(context, await providerOutcome(context, planned));
};
