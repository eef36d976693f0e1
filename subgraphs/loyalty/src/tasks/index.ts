import type { Runtime, Task } from '@ordergraph/subgraph-server';
import { openBalanceStore } from '../balance-cache/balance-cache.ts';
import { settleAccount, warnOfExpiry } from '../commands/settle-account.ts';
import type { LoyaltyResources } from '../resources.ts';

interface Due extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly account_id: string;
}

// One index each: what is pending and due, what lapsed, holds that ran out, tiers that are over.
const findDue = `
  (select tenant_id, account_id from "loyalty"."lot" where is_pending and activates_at <= now() limit 100)
  union (select tenant_id, account_id from "loyalty"."lot"
    where remaining > 0 and not is_pending and expires_at <= now() limit 100)
  union (select tenant_id, account_id from "loyalty"."redemption" where status = 'HELD' and expires_at <= now() limit 100)
  union (select tenant_id, id from "loyalty"."account" where tier_valid_until <= now() limit 100)`;

const findExpiring = `
  select distinct tenant_id, account_id from "loyalty"."lot"
  where remaining > 0 and not is_pending and expires_at > now()
    and (warnings = 0 and expires_at <= now() + interval '30 days'
      or warnings = 1 and expires_at <= now() + interval '3 days')
  limit 100`;

/** Books what time has done: points that became usable, holds that ran out, points that lapsed, tiers that are over. */
const settleAccounts: Task<LoyaltyResources> = {
  name: 'settle-accounts',
  everyMs: 1_000,
  async run(runtime) {
    openBalanceStore(runtime.em, runtime.resources.balances);
    const due = await runtime.crossTenant<Due>(findDue);
    return countDone(due, runtime, (row) =>
      runtime.transactAsSystem(row.tenant_id, (tx) => settleAccount(tx, row.account_id)),
    );
  },
};

/** Warns of points that lapse soon: 30 days before, and again 3 days before. */
const warnOfExpiring: Task<LoyaltyResources> = {
  name: 'warn-of-expiring-points',
  everyMs: 60_000,
  async run(runtime) {
    const due = await runtime.crossTenant<Due>(findExpiring);
    return countDone(due, runtime, (row) =>
      runtime.transactAsSystem(row.tenant_id, (tx) => warnOfExpiry(tx, row.account_id)),
    );
  },
};

/**
 * One that fails is due again in the next round and holds up no other. Answers how many changed something: a row that is
 * found again and again must not keep the task from resting.
 */
async function countDone<Row>(
  rows: readonly Row[],
  runtime: Runtime<LoyaltyResources>,
  run: (row: Row) => Promise<boolean>,
): Promise<number> {
  let count = 0;
  for (const row of rows) {
    try {
      if (await run(row)) count += 1;
    } catch (error) {
      runtime.log('What time did to an account could not be booked; it is tried again.', error);
    }
  }
  return count;
}

export const tasks = [settleAccounts, warnOfExpiring];
