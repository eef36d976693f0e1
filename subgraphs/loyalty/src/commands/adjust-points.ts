import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { LoyaltyErrorCode } from '../../generated/graphql.ts';
import { expiryAfter } from '../domain/settle.ts';
import { Account } from '../entities/account.entity.ts';
import { holdAccount } from '../ledger/hold-account.ts';
import { renderBalance } from '../ledger/render.ts';
import { saveAccount } from '../ledger/save-account.ts';

/** Points that staff give, or take where they are below zero. */
export interface Adjustment {
  readonly customerId: string | null;
  readonly points: number;
  readonly reason: string;
  /** Undefined: as the programme says. Null: never. */
  readonly expiresAt: Date | null | undefined;
}

const mostPoints = 10_000_000;

/** Gives or takes points by hand. */
export async function adjustPoints(
  tx: Transaction,
  { customerId, points, reason, expiresAt }: Adjustment,
): Promise<Outcome<{ accountId: string; transactionId: string }, LoyaltyErrorCode>> {
  if (points === 0 || Math.abs(points) > mostPoints) {
    return refuse('INVALID', `Give or take 1 to ${mostPoints} points, got ${points}.`, ['points']);
  }
  const wrongReason = textProblem('A reason', reason, 500);
  if (wrongReason) return refuse('INVALID', wrongReason, ['reason']);
  if (expiresAt && (expiresAt <= tx.now || points < 0)) {
    return refuse('INVALID', 'Points that are given expire in the future; points that are taken do not expire.', [
      'expiresAt',
    ]);
  }
  const known = customerId && (await findRow(tx.em, Account, { id: customerId, tenantId: tx.tenantId }));
  if (!known) return refuse('NOT_FOUND', 'There is no customer with this id who has an account.', ['customerId']);
  const held = await holdAccount(tx, known.id);
  const { draft, program } = held;
  const until = expiresAt === undefined ? expiryAfter(tx.now.getTime(), program.expiryMonths) : expiresAt?.getTime();
  const entry = draft.adjust(points, until ?? null, { reason });
  // Also what time has done stays written when the rest is refused.
  saveAccount(tx, held);
  if (!entry) {
    const message = `The account has ${draft.balance.available} points available; ${-points} cannot be taken.`;
    return refuse('INSUFFICIENT_POINTS', message, ['points']);
  }
  tx.publish('PointsAdjusted', {
    accountId: known.id,
    customerId: known.id,
    transactionId: entry.id,
    points,
    reason,
    balance: renderBalance(entry),
  });
  return done({ accountId: known.id, transactionId: entry.id });
}
