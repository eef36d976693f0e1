import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { findRows, read } from '@ordergraph/tenancy';
import type { KnownBalance } from '../balance-cache/balance-cache.ts';
import { PointsDraft } from '../domain/points-draft.ts';
import { nextChange, settle } from '../domain/settle.ts';
import { Account } from '../entities/account.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { balanceOf, lotOf, type LotRow } from './hold-account.ts';

/** Balances as the ledger has them, with what time has done to them that no task has booked yet. */
export async function sumBalances(
  em: SqlEntityManager,
  accountIds: readonly string[],
  expiryMonths: number | null,
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
      settle(draft, held, expiryMonths, now);
      const changesAt = nextChange(
        draft,
        held.filter(({ expiresAt }) => expiresAt.getTime() > now),
      );
      return [row.id, { sequence: row.sequence, balance: draft.balance, changesAt }];
    }),
  );
}
