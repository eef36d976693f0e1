import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { NotificationErrorCode } from '../../generated/graphql.ts';
import { undeliverableReason } from '../domain/delivery.ts';
import { isMandatory } from '../domain/topics.ts';
import { Notification } from '../entities/notification.entity.ts';
import { Preference } from '../entities/preference.entity.ts';

/** Sends a notification once more, as a mail of its own. One that is still on its way stays as it is. */
export async function resendNotification(
  tx: Transaction,
  notificationId: string | null,
): Promise<Outcome<{ notificationId: string }, NotificationErrorCode>> {
  const row = notificationId
    ? await tx.em.findOne(Notification, { id: notificationId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    : null;
  if (!row) return refuse('NOT_FOUND', 'There is no notification with this id.', ['id']);
  if (row.channel !== 'EMAIL') return refuse('INVALID', 'It lies in the inbox; only mails are sent once more.', ['id']);
  const reason = await findReasonNotToSend(tx, row);
  if (reason !== null) return refuse('SUPPRESSED', reason, ['id']);
  if (row.status === 'QUEUED') return done({ notificationId: row.id });

  // A mail that nobody tried to send is still the first copy.
  if (row.status !== 'SUPPRESSED') row.copy += 1;
  row.status = 'QUEUED';
  row.attempts = 0;
  row.dueAt = tx.now;
  row.lastError = null;
  await tx.em.flush();
  tx.wake('task:deliveries');
  return done({ notificationId: row.id });
}

async function findReasonNotToSend(tx: Transaction, row: Notification): Promise<string | null> {
  const { customerId, topic, channel } = row;
  if (customerId !== null && !isMandatory(topic, channel)) {
    const choice = await tx.em.findOne(Preference, { customerId, topic, channel });
    if (choice?.isEnabled === false) return 'The customer switched this topic off.';
  }
  const address = await tx.sealing.unseal<string>(tx.em, tx.tenantId, row.recipient);
  return address === null ? 'The person was erased.' : undeliverableReason(address);
}
