import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';

/** How old `lastActiveAt` may be: writing it at every request would cost more than it tells. */
export const activityGrainMs = 5 * 60_000;

/** Remembers that the person was here. */
export async function noteStaffActivity(tx: Transaction, staffMemberId: string): Promise<void> {
  await query(
    tx.em,
    `update "accounts"."staff_member" set last_active_at = $3
     where tenant_id = $1 and id = $2 and (last_active_at is null or last_active_at < $4)`,
    [tx.tenantId, staffMemberId, tx.now, new Date(tx.now.getTime() - activityGrainMs)],
  );
}
