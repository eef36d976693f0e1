import type { Transaction } from '@ordergraph/events';
import { query, write } from '@ordergraph/tenancy';
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

const isThisAttempt = `id = $1 and copy = $2 and attempts = $3 and status = 'QUEUED'`;

// Nobody waits for what it answers, so that sending a mail costs one round trip. An attempt that lost the mail would
// leave it without the number of its copy, which the column refuses.
const markAsSent = `
  update "notifications"."notification"
  set copy = case when ${isThisAttempt} then copy end, status = 'SENT', due_at = null, last_error = null, sent_at = $4
  where id = $1`;

/** Writes down what came of an attempt. Success fails as `isOvertaken` tells when another attempt has the mail. */
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

function markSent(tx: Transaction, attempt: Attempt): void {
  write(tx.em, markAsSent, [...keyOf(attempt), tx.now]);
  tx.publish('NotificationSent', { notificationId: attempt.notificationId, attempts: attempt.attempt });
}

/** Whether a transaction failed because the mail did not belong to the attempt any more that it was to settle. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, 'code') === '23502' && Reflect.get(error, 'column') === 'copy';

const keyOf = ({ notificationId, copy, attempt }: Attempt): unknown[] => [notificationId, copy, attempt];
