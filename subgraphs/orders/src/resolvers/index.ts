import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { cartCheckoutBegin, cartCheckoutCancel, cartCreate, cartLinesUpdate, cartUpdate } from './cart-mutations.ts';
import { Cart, cart } from './cart.ts';
import {
  orderCancel,
  orderHoldPlace,
  orderHoldRelease,
  orderNoteAdd,
  orderPlace,
  orderRefund,
  orderSagaRetry,
} from './order-mutations.ts';
import { Customer, Order, order, OrderLine, orders } from './order.ts';
import { orderUpdated, OrderUpdate } from './order-updated.ts';
import { Return, ReturnLine, returnQuery, returnReceive, returnRequest, returnReview, returns } from './return.ts';
import { OrderHold, OrderSaga, OrderTimelineEvent, ShippingMethod, shippingMethods } from './saga.ts';
import { shippingMethodUpsert } from './shipping-method-upsert.ts';

const deadLetters = deadLetterResolvers('orders', 'order');

/** The resolver map of orders. */
export const resolvers = {
  Query: { cart, order, orders, return: returnQuery, returns, shippingMethods, ...deadLetters.queries },
  Mutation: {
    cartCreate,
    cartLinesUpdate,
    cartUpdate,
    cartCheckoutBegin,
    cartCheckoutCancel,
    orderPlace,
    orderCancel,
    orderHoldPlace,
    orderHoldRelease,
    orderNoteAdd,
    orderRefund,
    orderSagaRetry,
    returnRequest,
    returnReview,
    returnReceive,
    shippingMethodUpsert,
    ...deadLetters.mutations,
  },
  Subscription: { orderUpdated },
  Cart,
  Customer,
  Order,
  OrderHold,
  OrderLine,
  OrderSaga,
  OrderTimelineEvent,
  OrderUpdate,
  Return,
  ReturnLine,
  ShippingMethod,
};
