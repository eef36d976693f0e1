import type { Transaction } from '@ordergraph/events';
import { query, updateRow } from '@ordergraph/tenancy';
import { monthsLater } from '../domain/lots.ts';
import { tierFor, tierMonths } from '../domain/tiers.ts';
import { Account } from '../entities/account.entity.ts';
import type { HeldAccount } from '../ledger/held-account.ts';

/**
 * Moves an account on the ladder. Up as soon as the last 12 months earned it. A tier lasts 12 months, and then what was
 * earned in them decides; it is lost before only where refunds take back what led to it. Called after the ledger is written.
 */
export async function evaluateTier(tx: Transaction, { row, tiers }: HeldAccount): Promise<void> {
  const now = tx.now;
  const isOver = isTierOver(row, now);
  if (tiers.length === 0) {
    // Nothing comes after it, and nothing is due any more.
    if (isOver) updateRow(tx.em, Account, row, { tierId: null, tierSince: null, tierValidUntil: null });
    return;
  }
  const yearAgo = new Date(monthsLater(now.getTime(), -tierMonths));
  // What led to the present tier still counts while it lasts, however long ago it was earned.
  const since = row.tierSince && !isOver ? new Date(monthsLater(row.tierSince.getTime(), -tierMonths)) : yearAgo;
  const [lately, forTier] = await Promise.all([earnedSince(tx, row.id, yearAgo), earnedSince(tx, row.id, since)]);
  const current = tiers.find(({ id }) => id === row.tierId) ?? null;
  const reached = tierFor(tiers, lately);
  const kept = isOver
    ? null
    : tierFor(
        tiers.filter(({ rank }) => rank <= (current?.rank ?? -1)),
        forTier,
      );
  const next = (kept?.rank ?? -1) > (reached?.rank ?? -1) ? kept : reached;
  if (!next || (next.id === current?.id && !isOver)) return;
  const validUntil = next.rank === 0 ? null : new Date(monthsLater(now.getTime(), tierMonths));
  updateRow(tx.em, Account, row, { tierId: next.id, tierSince: now, tierValidUntil: validUntil });
  // Where everybody starts is no news.
  if (next.id === current?.id || (!current && next.rank === 0)) return;
  tx.publish('TierChanged', {
    accountId: row.id,
    customerId: row.id,
    beforeTierId: current?.id ?? null,
    afterTierId: next.id,
    afterTierName: next.name,
    isUp: next.rank > (current?.rank ?? -1),
    validUntil: validUntil?.toISOString() ?? null,
  });
}

/** Whether what was earned lately has to decide anew. */
export const isTierOver = ({ tierValidUntil }: Pick<Account, 'tierValidUntil'>, now: Date): boolean =>
  tierValidUntil != null && tierValidUntil <= now;

/** Points earned since, less what refunds took of them. */
export async function earnedSince(
  tx: Pick<Transaction, 'em' | 'tenantId'>,
  accountId: string,
  since: Date,
): Promise<number> {
  const [row] = await query<{ points: number }>(
    tx.em,
    `select coalesce(sum(points), 0)::int as points from "loyalty"."transaction"
     where tenant_id = $1 and account_id = $2 and kind in ('EARN', 'EARN_PENDING', 'REVERSE_EARN') and occurred_at >= $3`,
    [tx.tenantId, accountId, since],
  );
  return row?.points ?? 0;
}
