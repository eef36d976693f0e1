import { MoneyError, readMoney } from '@ordergraph/money';
import {
  decodeId,
  done,
  isStaffOrApp,
  once,
  onceHolding,
  refuseWhileRunning,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { MutationResolvers, OrderUserError, RefundQuoteInput } from '../../generated/graphql.ts';
import { addNote } from '../commands/add-note.ts';
import { cancelOrder } from '../commands/cancel-order.ts';
import { holdCartToPlace, placeCart } from '../commands/place-cart.ts';
import { placeHold, releaseHold } from '../commands/place-hold.ts';
import { refundOrder } from '../commands/refund-order.ts';
import { retrySaga } from '../commands/retry-saga.ts';
import type { QuoteRefusal, RefundRequest } from '../domain/refund-quote.ts';
import type { Order } from '../entities/order.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { cartAccess, mayReachOrder, repeatable } from './access.ts';
import { loadersOf } from './loaders.ts';
import { paymentRef, refundRef } from './references.ts';

const sagaWaitMs = 3_000;

/** The saga, once it has ended or needs somebody. */
async function settledSaga(context: RequestContext, sagaId: string): Promise<Saga | null> {
  const saga = await findRow(context.em, Saga, { id: sagaId });
  const isBusy = saga?.status === 'RUNNING' || saga?.status === 'COMPENSATING';
  return isBusy && !saga.state.isWaitingForCustomer ? null : saga;
}

/** Waits a moment for a saga to end or to need somebody; its order is then read as it stands, whatever that is. */
const settle = (context: RequestContext, sagaId: string): Promise<Saga | null> =>
  context.waitFor(`saga:${sagaId}`, () => settledSaga(context, sagaId), sagaWaitMs);

interface OrderOutcome {
  readonly value?: { orderId: string } | undefined;
  readonly refusals?: readonly OrderUserError[] | undefined;
}

async function readOrder(context: RequestContext, orderId: string): Promise<Order | null> {
  return loadersOf(context).order.clear(orderId).load(orderId);
}

async function answer(context: RequestContext, outcome: OrderOutcome) {
  if (!outcome.value) return { order: null, userErrors: [...(outcome.refusals ?? [])] };
  return { order: await readOrder(context, outcome.value.orderId), userErrors: [] };
}

function missing(field: string, what: string) {
  const error: OrderUserError = { code: 'NOT_FOUND', message: `There is no such ${what}.`, field: [field] };
  return { order: null, userErrors: [error] };
}

/** The order's id if the caller may reach it. */
async function reachableOrder(context: RequestContext, opaque: string): Promise<string | null> {
  const orderId = decodeId('Order', opaque);
  if (!orderId || isStaffOrApp(context)) return orderId;
  const order = await loadersOf(context).order.load(orderId);
  return order && mayReachOrder(context, order) ? orderId : null;
}

export const orderPlace: MutationResolvers['orderPlace'] = async (_parent, { input }, context) => {
  const cartId = decodeId('Cart', input.cartId);
  if (!cartId) return missing('cartId', 'cart');
  const paymentId = input.paymentId ? decodeId('Payment', input.paymentId) : null;
  if (input.paymentId && !paymentId) return missing('paymentId', 'payment');
  const placing: { order?: Order } = {};
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      onceHolding(
        tx,
        'orders',
        repeatable(context, 'orderPlace', input, cartId),
        () => holdCartToPlace(tx, cartId, cartAccess(context)),
        async (held) => {
          const placed = await placeCart(tx, held, { cartVersion: input.cartVersion, paymentId });
          if (placed.refusals) return placed;
          const { order, sagaId } = placed.value;
          placing.order = order;
          return done({ orderId: order.id, sagaId });
        },
      ),
    ),
  );
  if (outcome.refusals) return answer(context, outcome);
  const { orderId, sagaId } = outcome.value;
  const settled = await context.waitFor(
    `saga:${sagaId}`,
    () => placingEnd(context, outcome.value),
    sagaWaitMs,
    placing.order?.status === 'PENDING' ? 'when woken' : 'at once',
  );
  const order = settled?.order ?? (await readOrder(context, orderId));
  return { order, payment: settled?.isWaitingForCustomer ? paymentRef(paymentId) : null, userErrors: [] };
};

/** How placing an order ended, or that it waits for the customer; null while it is at work. */
async function placingEnd(
  context: RequestContext,
  { orderId, sagaId }: { orderId: string; sagaId: string },
): Promise<{ order: Order | null; isWaitingForCustomer: boolean } | null> {
  const order = await readOrder(context, orderId);
  if (order?.status !== 'PENDING') return { order, isWaitingForCustomer: false };
  const saga = await settledSaga(context, sagaId);
  // The order may have changed since it was read.
  return saga && { order: null, isWaitingForCustomer: saga.state.isWaitingForCustomer };
}

export const orderCancel: MutationResolvers['orderCancel'] = async (_parent, { input }, context) => {
  const orderId = await reachableOrder(context, input.orderId);
  if (!orderId) return missing('orderId', 'order');
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'orderCancel', input), () =>
        cancelOrder(tx, {
          orderId,
          reason: input.reason,
          note: input.note ?? null,
          notifyCustomer: isStaffOrApp(context) ? input.notifyCustomer : true,
          expectedVersion: input.expectedVersion ?? null,
        }),
      ),
    ),
  );
  if (outcome.value) await settle(context, outcome.value.sagaId);
  return answer(context, outcome);
};

/** A quote's request with what the domain works with, UUIDs and money; or what of it cannot be read. */
export function readRefundRequest(input: RefundQuoteInput): RefundRequest | QuoteRefusal {
  const lines = input.lines.map((line) => ({
    orderLineId: decodeId('OrderLine', line.orderLineId),
    quantity: line.quantity,
    disposition: line.disposition,
    locationId: line.locationId ? decodeId('Location', line.locationId) : null,
    isMisplaced: line.locationId != null && decodeId('Location', line.locationId) === null,
  }));
  const known = lines.flatMap(({ orderLineId, isMisplaced, ...line }) =>
    orderLineId === null || isMisplaced ? [] : [{ ...line, orderLineId }],
  );
  if (known.length !== lines.length) {
    return {
      code: 'NOT_FOUND',
      message: 'The order has no such line, or there is no such location.',
      field: ['lines'],
    };
  }
  const amount = input.amount ? readMoney(input.amount) : null;
  if (amount instanceof MoneyError) return { code: 'INVALID', message: amount.message, field: ['amount'] };
  return { lines: known, refundShipping: input.refundShipping, amount };
}

export const orderRefund: MutationResolvers['orderRefund'] = async (_parent, { input }, context) => {
  const orderId = decodeId('Order', input.orderId);
  const request = readRefundRequest(input.quote);
  if (!orderId) return missing('orderId', 'order');
  if ('code' in request) {
    const { code, message, field } = request;
    return answer(context, { refusals: [{ code, message, field: ['quote', ...field] }] });
  }
  const { quoteHash, reason, notifyCustomer } = input;
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'orderRefund', input), () =>
        refundOrder(tx, { orderId, request, quoteHash, reason, notifyCustomer }),
      ),
    ),
  );
  if (outcome.refusals) return answer(context, outcome);
  await settle(context, outcome.value.sagaId);
  return {
    order: await readOrder(context, outcome.value.orderId),
    refund: refundRef(outcome.value.refundId),
    saga: await loadersOf(context).saga.load(outcome.value.sagaId),
    userErrors: [],
  };
};

export const orderSagaRetry: MutationResolvers['orderSagaRetry'] = async (_parent, { input }, context) => {
  const sagaId = decodeId('OrderSaga', input.sagaId);
  if (!sagaId) return { ...missing('sagaId', 'saga'), saga: null };
  const outcome = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'orders', repeatable(context, 'orderSagaRetry', input), () =>
        retrySaga(tx, { sagaId, note: input.note }),
      ),
    ),
  );
  if (outcome.refusals) return { saga: null, order: null, userErrors: [...outcome.refusals] };
  await settle(context, sagaId);
  const { orderId } = outcome.value;
  return {
    saga: await loadersOf(context).saga.load(sagaId),
    order: orderId ? await readOrder(context, orderId) : null,
    userErrors: [],
  };
};

export const orderHoldPlace: MutationResolvers['orderHoldPlace'] = async (_parent, { input }, context) => {
  const orderId = decodeId('Order', input.orderId);
  if (!orderId) return missing('orderId', 'order');
  return answer(context, await context.transact((tx) => placeHold(tx, { orderId, reason: input.reason })));
};

export const orderHoldRelease: MutationResolvers['orderHoldRelease'] = async (_parent, { input }, context) => {
  const orderId = decodeId('Order', input.orderId);
  const holdId = decodeId('OrderHold', input.holdId);
  if (!orderId || !holdId) return missing(orderId ? 'holdId' : 'orderId', 'hold');
  return answer(context, await context.transact((tx) => releaseHold(tx, { orderId, holdId })));
};

export const orderNoteAdd: MutationResolvers['orderNoteAdd'] = async (_parent, { input }, context) => {
  const orderId = decodeId('Order', input.orderId);
  if (!orderId) return missing('orderId', 'order');
  return answer(context, await context.transact((tx) => addNote(tx, { orderId, message: input.message })));
};
