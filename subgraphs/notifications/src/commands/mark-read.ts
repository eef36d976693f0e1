import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { query, write } from '@ordergraph/tenancy';
import type { NotificationErrorCode } from '../../generated/graphql.ts';

const mostAtOnce = 100;

/** Marks entries of the customer's own inbox as read; what was read before keeps its time. */
export async function markRead(
  tx: Transaction,
  customerId: string,
  ids: readonly (string | null)[],
): Promise<Outcome<{ notificationIds: readonly string[] }, NotificationErrorCode>> {
  if (ids.length > mostAtOnce)
    return refuse('INVALID', `At most ${mostAtOnce} ids at once, got ${ids.length}.`, ['ids']);
  const known = ids.filter((id) => id !== null);
  const rows = await query<{ id: string }>(
    tx.em,
    `select id from "notifications"."notification"
     where tenant_id = $1 and customer_id = $2 and inbox_sequence is not null and id = any($3::uuid[])`,
    [tx.tenantId, customerId, known],
  );
  const found = new Set(rows.map(({ id }) => id));
  const missing = ids.findIndex((id) => id === null || !found.has(id));
  if (missing >= 0) return refuse('NOT_FOUND', 'The inbox has no such notification.', ['ids', String(missing)]);
  write(
    tx.em,
    'update "notifications"."notification" set read_at = $2 where id = any($1::uuid[]) and read_at is null',
    [known, tx.now],
  );
  tx.publishLive(['inbox', customerId], {});
  return done({ notificationIds: [...found] });
}
