import { actorRef, decodeId, encodeId, isStaffOrApp } from '@ordergraph/subgraph-server';
import type {
  OrderHoldResolvers,
  OrderSagaResolvers,
  OrderTimelineEventResolvers,
  QueryResolvers,
  ShippingMethodResolvers,
} from '../../generated/graphql.ts';
import { formatMoney, money } from '@ordergraph/money';
import { findRow, findRows } from '@ordergraph/tenancy';
import { ShippingMethod as ShippingMethodEntity } from '../entities/shipping-method.entity.ts';

/** A saga, as staff read it. */
export const OrderSaga: OrderSagaResolvers = {
  id: (saga) => encodeId('OrderSaga', saga.id),
  steps: (saga) => saga.state.steps,
  lastError: (saga) =>
    saga.state.failure?.message ?? saga.state.steps.findLast((step) => step.lastError)?.lastError ?? null,
  deadlineAt: (saga) => saga.state.deadlineAt,
};

export const OrderHold: OrderHoldResolvers = {
  id: (hold) => encodeId('OrderHold', hold.id),
  placedBy: (hold) => actorRef(hold.placedBy),
};

export const OrderTimelineEvent: OrderTimelineEventResolvers = {
  actor: (event) => actorRef(event.actor),
};

export const ShippingMethod: ShippingMethodResolvers = {
  __resolveReference: ({ id }, context) => {
    const methodId = decodeId('ShippingMethod', id);
    return methodId && isStaffOrApp(context) ? findRow(context.em, ShippingMethodEntity, { id: methodId }) : null;
  },
  id: (method) => encodeId('ShippingMethod', method.id),
  price: (method) => formatMoney(money(method.priceMinor, method.currencyCode)),
  freeFrom: (method) =>
    method.freeFromMinor == null ? null : formatMoney(money(method.freeFromMinor, method.currencyCode)),
};

export const shippingMethods: QueryResolvers['shippingMethods'] = (_parent, _args, context) =>
  findRows(context.em, ShippingMethodEntity, {}, { orderBy: { handle: 'asc' } });
