import { formatMoney } from '@ordergraph/money';
import { tenantOf, type RequestContext } from '@ordergraph/subgraph-server';
import { findRows, read } from '@ordergraph/tenancy';
import type { LoyaltyBalance } from '../../generated/graphql.ts';
import { balanceStoreOf, type KnownBalance } from '../balance-cache/balance-cache.ts';
import type { Balance } from '../domain/ledger.ts';
import { PointsDraft } from '../domain/points-draft.ts';
import { valueOf } from '../domain/redeeming.ts';
import { nextChange, settle } from '../domain/settle.ts';
import { Account } from '../entities/account.entity.ts';
import type { Program } from '../entities/program.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { balanceOf, lotOf, type LotRow } from '../ledger/hold-account.ts';

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
  const summed = await readFromLedger(context, missing, program, now);
  for (const [accountId, known] of summed) void store.write(tenantId, accountId, known);
  return accountIds.map((id, index) => {
    const known = cached[index] ?? null;
    return isFresh(known) ? known : (summed.get(id) ?? null);
  });
}

async function readFromLedger(
  { em }: RequestContext,
  accountIds: readonly string[],
  program: Program | null,
  now: number,
): Promise<Map<string, KnownBalance>> {
  if (accountIds.length === 0) return new Map();
  const [accounts, lots, holds] = await Promise.all([
    findRows(em, Account, { id: accountIds }),
    read<LotRow & { accountId: string }>(
      em,
      `select id, account_id as "accountId", order_id as "orderId", points, remaining, is_pending as "isPending",
         activates_at as "activatesAt", expires_at as "expiresAt", brought_by as "broughtBy"
       from "loyalty"."lot" where account_id = any($1::uuid[]) and remaining > 0`,
      [accountIds],
    ),
    findRows(em, Redemption, { accountId: accountIds, status: 'HELD' }),
  ]);
  const lotsOf = Map.groupBy(lots, ({ accountId }) => accountId);
  const holdsOf = Map.groupBy(holds, ({ accountId }) => accountId);
  return new Map(
    accounts.map((row) => {
      const own = (lotsOf.get(row.id) ?? []).map(lotOf);
      const held = holdsOf.get(row.id) ?? [];
      let nextId = 0;
      // Nothing of it is written, so its ids only have to differ.
      const draft = new PointsDraft(
        { balance: balanceOf(row), sequence: row.sequence, lots: own },
        () => `${nextId++}`,
      );
      settle(draft, held, program?.expiryMonths ?? null, now);
      const changesAt = nextChange(
        draft,
        held.filter(({ expiresAt }) => expiresAt.getTime() > now),
      );
      return [row.id, { sequence: row.sequence, balance: draft.balance, changesAt }];
    }),
  );
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
