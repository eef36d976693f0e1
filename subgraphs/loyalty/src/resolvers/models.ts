// What the resolvers of each GraphQL type start from; codegen takes these names as its mappers.
import type { Connection } from '@ordergraph/subgraph-server';
import type { Account } from '../entities/account.entity.ts';
import type { EarningRule as EarningRuleEntity } from '../entities/earning-rule.entity.ts';
import type { LedgerTransaction } from '../entities/ledger-transaction.entity.ts';
import type { OrderPoints } from '../entities/order-points.entity.ts';
import type { Program } from '../entities/program.entity.ts';
import type { Redemption } from '../entities/redemption.entity.ts';
import type { Tier } from '../entities/tier.entity.ts';

export type LoyaltyProgram = Program;
export type LoyaltyTier = Tier;
export type LoyaltyAccount = Account;
export type LoyaltyAccountConnection = Connection<Account>;
export type LoyaltyTransaction = LedgerTransaction;
export type LoyaltyTransactionConnection = Connection<LedgerTransaction>;
export type LoyaltyRedemption = Redemption;
export type EarningRule = EarningRuleEntity;
export type OrderLoyalty = OrderPoints;

/** Customers'; loyalty knows the UUID. */
export interface Customer {
  readonly id: string;
}

/** Orders'; loyalty knows the UUID. */
export interface Order {
  readonly id: string;
}
