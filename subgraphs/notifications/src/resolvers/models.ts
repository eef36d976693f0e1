// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection, LiveUpdate } from '@ordergraph/subgraph-server';
import type { Notification as NotificationEntity } from '../entities/notification.entity.ts';
import type { Template as TemplateEntity } from '../entities/template.entity.ts';

export type Notification = NotificationEntity;
export type NotificationConnection = Connection<NotificationEntity>;
/** The new entries of a customer's inbox. */
export type NotificationUpdate = LiveUpdate<{
  readonly customerId: string;
  readonly entries: readonly NotificationEntity[];
}>;
export type NotificationTemplate = TemplateEntity;

/** A customer of the customers subgraph, by their bare id. */
export interface Customer {
  readonly customerId: string;
}

/** An order of the orders subgraph, by its bare id. */
export interface Order {
  readonly orderId: string;
}
