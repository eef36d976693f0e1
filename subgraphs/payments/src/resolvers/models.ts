// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Actor } from '@ordergraph/events';
import type { Connection } from '@ordergraph/subgraph-server';
import type { PaymentTransactionKind, PaymentTransactionStatus } from '../../generated/graphql.ts';
import type { Payment as PaymentEntity } from '../entities/payment.entity.ts';
import type { Refund as RefundEntity } from '../entities/refund.entity.ts';

export type Payment = PaymentEntity;
export type Refund = RefundEntity;
export type PaymentConnection = Connection<PaymentEntity>;
export type RefundConnection = Connection<RefundEntity>;

/** An order of another subgraph, by its id in the API. */
export interface Order {
  readonly id: string;
}

/** A line of the ledger, or an operation that will become one. */
export interface PaymentTransaction {
  readonly id: string;
  readonly kind: PaymentTransactionKind;
  readonly status: PaymentTransactionStatus;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  readonly gatewayReference: string | null;
  readonly errorCode: string | null;
  readonly actor: Actor;
  readonly occurredAt: Date;
}
