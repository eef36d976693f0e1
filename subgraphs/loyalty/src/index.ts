import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { renewBalance } from './balance-cache/renew-balance.ts';
import { Account } from './entities/account.entity.ts';
import { EarningRule, EarningRuleVersion } from './entities/earning-rule.entity.ts';
import { LedgerTransaction } from './entities/ledger-transaction.entity.ts';
import { CapturedPayment, OrderPoints } from './entities/order-points.entity.ts';
import { PointsAnswer } from './entities/points-answer.entity.ts';
import { PointsLot } from './entities/points-lot.entity.ts';
import { Posting } from './entities/posting.entity.ts';
import { CategoryCopy, ProductCopy } from './entities/product-copy.entity.ts';
import { Program } from './entities/program.entity.ts';
import { Redemption } from './entities/redemption.entity.ts';
import { Reversal } from './entities/reversal.entity.ts';
import { Tier } from './entities/tier.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { ledgerGuards } from './ledger-guards.ts';
import { resolvers } from './resolvers/index.ts';
import { closeResources, openResources, type LoyaltyResources } from './resources.ts';
import { tasks } from './tasks/index.ts';

export { adjustPoints } from './commands/adjust-points.ts';
export { areOpen } from './ledger/hold-account.ts';
export { setTiers } from './commands/set-tiers.ts';
export { upsertRule } from './commands/upsert-rule.ts';
export { updateProgram } from './commands/update-program.ts';

/** Loyalty: points as a ledger, from the payment that earns them to the refund that takes them back. */
export const definition = defineSubgraph<LoyaltyResources>({
  name: 'loyalty',
  entities: [
    Account,
    CapturedPayment,
    CategoryCopy,
    EarningRule,
    EarningRuleVersion,
    LedgerTransaction,
    OrderPoints,
    PointsAnswer,
    PointsLot,
    Posting,
    ProductCopy,
    Program,
    Redemption,
    Reversal,
    Tier,
  ],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  liveSubjects: {
    PointsEarned: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsActivated: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsExpired: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsHeld: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsHoldReleased: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsRedeemed: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsReversalPrepared: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsReversalCancelled: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsReversed: ({ accountId }) => [['loyaltyAccount', accountId]],
    PointsAdjusted: ({ accountId }) => [['loyaltyAccount', accountId]],
  },
  onCommitted({ em, resources, log }, event) {
    // After what the transaction itself does right after its commit.
    queueMicrotask(() => {
      renewBalance(em, resources.balances, event).catch((error: unknown) => log('A balance was not renewed.', error));
    });
  },
  tasks,
  scopes: { loyaltyPointsAdjust: 'write_points' },
  grants: [
    'grant select ("tenant_id", "account_id", "remaining", "is_pending", "activates_at", "expires_at", "warnings") on "loyalty"."lot" to "relay_loyalty"',
    'grant select ("tenant_id", "account_id", "status", "expires_at") on "loyalty"."redemption" to "relay_loyalty"',
    'grant select ("tenant_id", "id", "tier_valid_until") on "loyalty"."account" to "relay_loyalty"',
    ...ledgerGuards,
  ],
  open: openResources,
  close: closeResources,
});
