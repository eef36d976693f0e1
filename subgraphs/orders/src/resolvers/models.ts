// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection, LiveUpdate } from '@ordergraph/subgraph-server';
import type { Cart as CartEntity } from '../entities/cart.entity.ts';
import type { OrderHold as OrderHoldEntity, TimelineEvent } from '../entities/order-records.entity.ts';
import type { OrderLine as OrderLineEntity } from '../entities/order-line.entity.ts';
import type { Order as OrderEntity } from '../entities/order.entity.ts';
import type { Return as ReturnEntity, StoredReturnLine } from '../entities/return.entity.ts';
import type { Saga } from '../entities/saga.entity.ts';
import type { ShippingMethod as ShippingMethodEntity } from '../entities/shipping-method.entity.ts';

export type Cart = CartEntity;
export type Order = OrderEntity;
export type OrderLine = OrderLineEntity;
export type OrderHold = OrderHoldEntity;
export type OrderSaga = Saga;
export type OrderTimelineEvent = TimelineEvent;
export type Return = ReturnEntity;
export type ReturnLine = StoredReturnLine;
export type ShippingMethod = ShippingMethodEntity;

/** The line is null on a snapshot, and for who may see the change that it tells of and not the line. */
export type OrderUpdate = LiveUpdate<{ readonly orderId: string; readonly line: TimelineEvent | null }>;

/** Connections count only when they are asked to. */
export type OrderConnection = Connection<OrderEntity>;
export type OrderTimelineEventConnection = Connection<TimelineEvent>;
export type ReturnConnection = Connection<ReturnEntity>;

/** An entity that another subgraph owns. Its id is opaque already. */
export interface Customer {
  readonly __typename: 'Customer';
  readonly id: string;
}
export interface ProductVariant {
  readonly __typename: 'ProductVariant';
  readonly id: string;
}
export interface Payment {
  readonly __typename: 'Payment';
  readonly id: string;
}
export interface Refund {
  readonly __typename: 'Refund';
  readonly id: string;
}
