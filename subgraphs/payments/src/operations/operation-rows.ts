import type { Transaction } from '@ordergraph/events';
import { findRow, query, updateRow, write } from '@ordergraph/tenancy';
import { ProviderOperation } from '../entities/provider-operation.entity.ts';

/** The operation that a repeated command came to before; null for a command that is new. */
export async function findRepeated(tx: Transaction): Promise<ProviderOperation | null> {
  return tx.commandKey === null ? null : findRow(tx.em, ProviderOperation, { commandKey: tx.commandKey });
}

/** A payment's operations that are not finished. */
export interface UnderWay {
  readonly count: number;
  /** True when the payment's next operation has none of them to wait for. */
  readonly isNextFree: boolean;
}

/**
 * Counts what is under way for a payment. Ask for it behind the payment's lock: what is planned for the payment then
 * waits, so that the count stays true until the transaction ends.
 */
export async function countUnderWay(tx: Transaction, paymentId: string): Promise<UnderWay> {
  const [row] = await query<{ count: number; isNextFree: boolean }>(
    tx.em,
    `select count(*)::int as count,
       not coalesce(bool_or(state <> 'AWAITING' or kind in ('CAPTURE', 'VOID')), false) as "isNextFree"
     from "payments"."provider_operation" where payment_id = $1 and finished_at is null`,
    [paymentId],
  );
  return row ?? { count: 0, isNextFree: true };
}

/** Has the provider asked at once about an operation that is not finished. */
export function hurryOperation(tx: Transaction, operationId: string): void {
  write(
    tx.em,
    `update "payments"."provider_operation" set next_attempt_at = $2 where id = $1 and finished_at is null`,
    [operationId, tx.now],
  );
}

/** Takes the operation for its lease's holder; null when another has it since, or it is settled. */
export function lockLeased(
  tx: Transaction,
  { id, leaseEpoch }: { readonly id: string; readonly leaseEpoch: number },
): Promise<ProviderOperation | null> {
  return findRow(tx.em, ProviderOperation, { id, leaseEpoch, finishedAt: null }, { lock: 'wait' });
}

/** Writes what came of an attempt, and ends the lease. The operation is held. */
export function saveOperation(tx: Transaction, operation: ProviderOperation): void {
  const { state, refundId, reference, errorCode, answer, nextAttemptAt, finishedAt } = operation;
  // Always the same columns, so that it is always the same statement.
  updateRow(tx.em, ProviderOperation, operation, {
    state,
    refundId,
    reference,
    errorCode,
    answer,
    nextAttemptAt,
    finishedAt,
    leasedUntil: null,
  });
}
