import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import { maxAttempts, nextAttemptAt } from '../domain/delivery.ts';

/** Names one attempt, so that a sender that was given up settles nothing. */
export interface Attempt {
  readonly notificationId: string;
  readonly copy: number;
  readonly attempt: number;
}

/** What came of an attempt. `refused` is for good, `failed` may go better next time. */
export type DeliveryResult =
  | { readonly status: 'accepted' }
  | { readonly status: 'refused' | 'failed'; readonly error: string };

/** Writes down what came of an attempt. */
export async function settleDelivery(tx: Transaction, attempt: Attempt, result: DeliveryResult): Promise<void> {
  if (result.status === 'accepted') return markSent(tx, attempt);
  if (result.status === 'refused' || attempt.attempt >= maxAttempts) return giveUpDelivery(tx, attempt, result.error);
  await query(tx.em, `update "notifications"."notification" set due_at = $4, last_error = $5 where ${isThisAttempt}`, [
    ...keyOf(attempt),
    nextAttemptAt(tx.now, attempt.attempt, Math.random()),
    result.error,
  ]);
}

/** Gives a mail up; staff may have it sent once more. */
export async function giveUpDelivery(tx: Transaction, attempt: Attempt, error: string): Promise<void> {
  const [row] = await query<{ customerId: string | null }>(
    tx.em,
    `update "notifications"."notification" set status = 'FAILED', due_at = null, last_error = $4
     where ${isThisAttempt} returning customer_id as "customerId"`,
    [...keyOf(attempt), error],
  );
  if (!row) return;
  const { notificationId, attempt: attempts } = attempt;
  tx.publish('NotificationFailed', { notificationId, customerId: row.customerId, attempts, error });
}

async function markSent(tx: Transaction, attempt: Attempt): Promise<void> {
  const rows = await query(
    tx.em,
    `update "notifications"."notification" set status = 'SENT', due_at = null, last_error = null, sent_at = $4
     where ${isThisAttempt} returning id`,
    [...keyOf(attempt), tx.now],
  );
  if (rows.length === 0) return;
  tx.publish('NotificationSent', { notificationId: attempt.notificationId, attempts: attempt.attempt });
}

const isThisAttempt = `id = $1 and copy = $2 and attempts = $3 and status = 'QUEUED'`;
const keyOf = ({ notificationId, copy, attempt }: Attempt): unknown[] => [notificationId, copy, attempt];
