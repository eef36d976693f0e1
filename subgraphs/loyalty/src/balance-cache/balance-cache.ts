import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Balance } from '../domain/ledger.ts';

/** A balance, as of the transaction of the ledger that it sums up to. */
export interface KnownBalance {
  readonly sequence: number;
  readonly balance: Balance;
  /** From then on time alone makes it another: points lapse, become usable or come back. Null: never. */
  readonly changesAt: number | null;
}

/**
 * Keeps balances where they are read faster than the ledger sums up. What it loses or cannot do costs time and nothing
 * else: it never throws, and no decision is made by it.
 */
export interface BalanceStore {
  /** Null when it does not know the balance. */
  read(tenantId: string, accountId: string): Promise<KnownBalance | null>;
  /** Keeps a balance, unless it knows one of a later transaction. */
  write(tenantId: string, accountId: string, known: KnownBalance): Promise<void>;
  close(): Promise<void>;
}

/** Knows no balance: without `REDIS_URL`, each is read from PostgreSQL. */
export const noBalanceStore: BalanceStore = {
  read: async () => null,
  write: async () => undefined,
  close: async () => undefined,
};

/** The stores of running subgraphs by their database driver, which transactions, requests and tasks have in common. */
const bySubgraph = new WeakMap<object, BalanceStore>();

/** From now on the transactions and requests of this subgraph use the store. */
export const openBalanceStore = (em: SqlEntityManager, store: BalanceStore): void => {
  bySubgraph.set(em.getDriver(), store);
};

/** The store of the subgraph that `em` belongs to. */
export const balanceStoreOf = (em: SqlEntityManager): BalanceStore => bySubgraph.get(em.getDriver()) ?? noBalanceStore;
