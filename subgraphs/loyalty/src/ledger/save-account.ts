import type { Transaction } from '@ordergraph/events';
import { insertRows, updateRow, write } from '@ordergraph/tenancy';
import type { DraftTransaction } from '../domain/points-draft.ts';
import { balanceStoreOf } from '../balance-cache/balance-cache.ts';
import { nextChange } from '../domain/settle.ts';
import { Account } from '../entities/account.entity.ts';
import { LedgerTransaction } from '../entities/ledger-transaction.entity.ts';
import { PointsLot } from '../entities/points-lot.entity.ts';
import { Posting } from '../entities/posting.entity.ts';
import type { HeldAccount } from './held-account.ts';
import { stateOf } from './hold-account.ts';

const date = (at: number | null | undefined): Date | null => (at == null ? null : new Date(at));

const updateLot = `
  update "loyalty"."lot" set remaining = $2, is_pending = $3, activates_at = $4, expires_at = $5 where id = $1`;

/**
 * Writes what a draft decided: transactions with their sides, lots, and the balance that they sum to. The sums are proved
 * again when the transaction commits, by the database.
 */
export function saveAccount(tx: Transaction, held: HeldAccount): void {
  const { draft, row, lotsBefore } = held;
  const { transactions } = draft;
  insertRows(
    tx.em,
    LedgerTransaction,
    transactions.map((entry) => rowOf(tx, held, entry)),
  );
  insertRows(
    tx.em,
    Posting,
    transactions.flatMap(({ id, postings }) =>
      postings.map((posting) => ({ ...posting, tenantId: tx.tenantId, transactionId: id })),
    ),
  );
  for (const lot of draft.lots.values()) {
    const before = lotsBefore.get(lot.id);
    const { id, orderId, points, remaining, isPending, broughtBy } = lot;
    const [activatesAt, expiresAt] = [date(lot.activatesAt), date(lot.expiresAt)];
    if (before === undefined) {
      insertRows(tx.em, PointsLot, [
        {
          id,
          tenantId: tx.tenantId,
          accountId: row.id,
          orderId,
          points,
          remaining,
          isPending,
          activatesAt,
          expiresAt,
          warnings: 0,
          broughtBy,
        },
      ]);
    } else if (before !== stateOf(lot)) {
      write(tx.em, updateLot, [id, remaining, isPending, activatesAt, expiresAt]);
    }
  }
  if (transactions.length === 0) return;
  updateRow(tx.em, Account, row, { ...draft.balance, sequence: draft.sequence });
  const store = balanceStoreOf(tx.em);
  const changesAt = nextChange(
    draft,
    held.holds.filter(({ status }) => status === 'HELD'),
  );
  const { balance, sequence } = draft;
  tx.afterCommit(() => void store.write(tx.tenantId, row.id, { balance, sequence, changesAt }));
}

function rowOf(tx: Transaction, { row }: HeldAccount, entry: DraftTransaction): Partial<LedgerTransaction> {
  const { id, sequence, kind, points, after, facts } = entry;
  return {
    id,
    tenantId: tx.tenantId,
    accountId: row.id,
    sequence,
    kind,
    points,
    availableAfter: after.available,
    pendingAfter: after.pending,
    heldAfter: after.held,
    issuedAfter: after.issued,
    redeemedAfter: after.redeemed,
    expiredAfter: after.expired,
    orderId: facts.orderId ?? null,
    redemptionId: facts.redemptionId ?? null,
    refundId: facts.refundId ?? null,
    paymentTransactionId: facts.paymentTransactionId ?? null,
    reversesId: facts.reversesId ?? null,
    ruleId: facts.ruleId ?? null,
    ruleVersion: facts.ruleVersion ?? null,
    reason: facts.reason ?? null,
    activatesAt: date(facts.activatesAt),
    expiresAt: date(facts.expiresAt),
    actorType: tx.actor.type,
    actorId: tx.actor.id,
    causedByEventId: tx.causationId,
    occurredAt: tx.now,
  };
}
