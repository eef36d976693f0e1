import { logToStderr, type Settings } from '@ordergraph/subgraph-server';
import { noBalanceStore, type BalanceStore } from './balance-cache/balance-cache.ts';
import { createRedisBalanceStore } from './balance-cache/redis-balance-store.ts';

/** What loyalty holds open besides the database. */
export interface LoyaltyResources {
  readonly balances: BalanceStore;
}

/** Opens the cache of balances where the settings name a Redis. Without one, balances are read from PostgreSQL. */
export async function openResources(settings: Settings): Promise<LoyaltyResources> {
  const url = settings['REDIS_URL'];
  return { balances: url ? createRedisBalanceStore(url, logToStderr) : noBalanceStore };
}

export const closeResources = ({ balances }: LoyaltyResources): Promise<void> => balances.close();
