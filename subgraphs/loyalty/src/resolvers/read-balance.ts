import { formatMoney } from '@ordergraph/money';
import { tenantOf, type RequestContext } from '@ordergraph/subgraph-server';
import type { LoyaltyBalance } from '../../generated/graphql.ts';
import { balanceStoreOf, type KnownBalance } from '../balance-cache/balance-cache.ts';
import type { Balance } from '../domain/ledger.ts';
import { valueOf } from '../domain/redeeming.ts';
import type { Program } from '../entities/program.entity.ts';
import { sumBalances } from '../ledger/sum-balances.ts';

/**
 * Balances as they are at this moment, whether or not a task has booked yet what time has done. From the cache where it
 * knows them, else from the ledger, and then the cache knows them too.
 */
export async function readBalances(
  context: RequestContext,
  accountIds: readonly string[],
  program: Program | null,
): Promise<(KnownBalance | null)[]> {
  const tenantId = tenantOf(context);
  const store = balanceStoreOf(context.em);
  const now = Date.now();
  const cached = await Promise.all(accountIds.map((id) => store.read(tenantId, id)));
  const isFresh = (known: KnownBalance | null): known is KnownBalance =>
    known !== null && (known.changesAt === null || known.changesAt > now);
  const missing = accountIds.filter((_id, index) => !isFresh(cached[index] ?? null));
  const summed = await sumBalances(context.em, missing, program?.expiryMonths ?? null, now);
  for (const [accountId, known] of summed) void store.write(tenantId, accountId, known);
  return accountIds.map((id, index) => {
    const known = cached[index] ?? null;
    return isFresh(known) ? known : (summed.get(id) ?? null);
  });
}

/** A balance as the API tells it. The merchant's counter accounts tell what the customer ever earned, spent and lost. */
export function renderBalanceOf(
  balance: Omit<Balance, 'adjusted'>,
  asOfSequence: number,
  program: Program,
): LoyaltyBalance {
  return {
    available: balance.available,
    pending: balance.pending,
    held: balance.held,
    // What is issued to the customer lies below zero.
    lifetimeEarned: balance.issued === 0 ? 0 : -balance.issued,
    lifetimeRedeemed: balance.redeemed,
    lifetimeExpired: balance.expired,
    value: formatMoney(valueOf(Math.max(0, balance.available), program)),
    asOfSequence,
  };
}
