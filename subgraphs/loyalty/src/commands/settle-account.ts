import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import { holdAccount, stateOf } from '../ledger/hold-account.ts';
import { saveAccount } from '../ledger/save-account.ts';
import { evaluateTier, isTierOver } from './evaluate-tier.ts';

/** Books what time has done to an account, and looks at its tier where that is over. Answers whether anything was due. */
export async function settleAccount(tx: Transaction, accountId: string): Promise<boolean> {
  const held = await holdAccount(tx, accountId);
  const { draft, lotsBefore } = held;
  // A lot that a refund has emptied becomes usable without a line in the ledger.
  const isLotChanged = [...draft.lots.values()].some((lot) => lotsBefore.get(lot.id) !== stateOf(lot));
  saveAccount(tx, held);
  const isOver = isTierOver(held.row, tx.now);
  if (isOver) await evaluateTier(tx, held);
  return draft.transactions.length > 0 || isLotChanged || (isOver && !isTierOver(held.row, tx.now));
}

const markWarned = `
  update "loyalty"."lot" set warnings = case when expires_at <= $3::timestamptz + interval '3 days' then 2 else 1 end
  where tenant_id = $1 and account_id = $2 and remaining > 0 and not is_pending and expires_at > $3
    and (warnings = 0 and expires_at <= $3::timestamptz + interval '30 days'
      or warnings = 1 and expires_at <= $3::timestamptz + interval '3 days')
  returning remaining as points, expires_at as "expiresAt"`;

/** Tells the customer which points lapse soon, together where they lapse together. Answers whether any do. */
export async function warnOfExpiry(tx: Transaction, accountId: string): Promise<boolean> {
  const held = await holdAccount(tx, accountId);
  saveAccount(tx, held);
  const lots = await query<{ points: number; expiresAt: string }>(tx.em, markWarned, [tx.tenantId, accountId, tx.now]);
  const soonestFirst = lots.toSorted((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt));
  for (const [day, together] of Map.groupBy(soonestFirst, ({ expiresAt }) =>
    new Date(expiresAt).toISOString().slice(0, 10),
  )) {
    const [soonest] = together;
    tx.publish('PointsExpiring', {
      accountId,
      customerId: accountId,
      points: together.reduce((sum, { points }) => sum + points, 0),
      expiresAt: soonest ? new Date(soonest.expiresAt).toISOString() : `${day}T00:00:00.000Z`,
    });
  }
  return lots.length > 0;
}
