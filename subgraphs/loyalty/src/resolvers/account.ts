import type { FilterQuery } from '@mikro-orm/core';
import { formatMoney, money } from '@ordergraph/money';
import {
  actorRef,
  codedError,
  decodeId,
  decodeIds,
  encodeId,
  findPage,
  tenantOf,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import { findRows } from '@ordergraph/tenancy';
import type {
  LoyaltyAccountResolvers,
  LoyaltyAccountWhereInput,
  LoyaltyRedemptionResolvers,
  LoyaltyTransactionResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../../generated/graphql.ts';
import { adjustPoints } from '../commands/adjust-points.ts';
import { emptyBalance } from '../domain/ledger.ts';
import { pointsToNext } from '../domain/tiers.ts';
import { Account } from '../entities/account.entity.ts';
import { LedgerTransaction } from '../entities/ledger-transaction.entity.ts';
import type { Program } from '../entities/program.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { loadersOf, maySee } from './loaders.ts';
import { renderBalanceOf } from './read-balance.ts';
import { runOnce } from './repeatable.ts';

const dayMs = 24 * 60 * 60_000;

export const loyaltyAccount: QueryResolvers['loyaltyAccount'] = (_parent, { id, customerId }, context) => {
  if ((id == null) === (customerId == null)) {
    throw codedError('BAD_USER_INPUT', 'Expected exactly one of `id` and `customerId`.');
  }
  // An account has the id of its customer.
  const accountId = id == null ? decodeId('Customer', customerId ?? '') : decodeId('LoyaltyAccount', id);
  return accountId ? loadersOf(context).account.load(accountId) : null;
};

export const loyaltyAccounts: QueryResolvers['loyaltyAccounts'] = (_parent, { where, ...page }, context) =>
  findPage(context, Account, conditionsOf(where ?? {}), page, { property: 'openedAt', isDescending: true });

const conditionsOf = ({ ids, tierId, minimumAvailable }: LoyaltyAccountWhereInput): FilterQuery<Account> => ({
  ...(ids ? { id: { $in: decodeIds('LoyaltyAccount', ids) } } : {}),
  ...(tierId == null ? {} : { tierId: { $in: decodeIds('LoyaltyTier', [tierId]) } }),
  ...(minimumAvailable == null ? {} : { available: { $gte: minimumAvailable } }),
});

export const loyaltyPointsAdjust: MutationResolvers['loyaltyPointsAdjust'] = async (_parent, { input }, context) => {
  const { value, refusals } = await runOnce(context, 'loyaltyPointsAdjust', input, (tx) =>
    adjustPoints(tx, {
      customerId: decodeId('Customer', input.customerId),
      points: input.points,
      reason: input.reason,
      expiresAt: input.expiresAt == null ? input.expiresAt : new Date(input.expiresAt),
    }),
  );
  const { account, balance, transaction } = loadersOf(context);
  if (!value) return { loyaltyAccount: null, loyaltyTransaction: null, userErrors: [...(refusals ?? [])] };
  balance.clear(value.accountId);
  return {
    loyaltyAccount: await account.clear(value.accountId).load(value.accountId),
    loyaltyTransaction: await transaction.load(value.transactionId),
    userErrors: [],
  };
};

/** The programme; accounts exist only where there is one. */
export async function programOf(context: RequestContext): Promise<Program> {
  const program = await loadersOf(context).program.load('merchant');
  if (!program) throw new Error('The programme is not known yet; expected MerchantCreated.');
  return program;
}

/** The account of a customer whom loyalty has not heard of: as it will be opened, with `CustomerCreated` or the first points. */
export const unopenedAccount = (context: RequestContext, customerId: string): Account => ({
  ...emptyBalance,
  id: customerId,
  tenantId: tenantOf(context),
  sequence: 0,
  tierId: null,
  tierSince: null,
  tierValidUntil: null,
  openedAt: new Date(),
});

export const LoyaltyAccount: LoyaltyAccountResolvers = {
  __resolveReference: async ({ id }, context) => {
    const accountId = decodeId('LoyaltyAccount', id);
    return accountId && maySee(context, accountId) ? loadersOf(context).account.load(accountId) : null;
  },
  id: (row) => encodeId('LoyaltyAccount', row.id),
  customer: (row) => ({ id: row.id }),
  program: (_row, _args, context) => programOf(context),
  balance: async (row, _args, context) => {
    const [known, program] = await Promise.all([loadersOf(context).balance.load(row.id), programOf(context)]);
    // An account that is not opened yet is nowhere but in its row.
    return renderBalanceOf(known?.balance ?? row, known?.sequence ?? row.sequence, program);
  },
  tier: async (row, _args, context) => {
    const tiers = await loadersOf(context).tiers.load('merchant');
    return tiers.find(({ id }) => id === row.tierId) ?? null;
  },
  pointsToNextTier: async (row, _args, context) => {
    const { tiers: tiersOf, earnedLately } = loadersOf(context);
    const [tiers, points] = await Promise.all([tiersOf.load('merchant'), earnedLately.load(row.id)]);
    return pointsToNext(tiers, tiers.find(({ id }) => id === row.tierId) ?? null, points);
  },
  transactions: (row, { kind, first, after }, context) =>
    findPage(
      context,
      LedgerTransaction,
      { accountId: row.id, ...(kind == null ? {} : { kind }) },
      { first, after: after ?? null },
      { property: 'sequence', isDescending: true },
    ),
  expiring: async (row, { withinDays }, context) => {
    if (withinDays < 0)
      throw codedError('BAD_USER_INPUT', `Expected 0 days or more in \`withinDays\`, got ${withinDays}.`);
    const until = Date.now() + withinDays * dayMs;
    const lots = await loadersOf(context).expiring.load(row.id);
    return lots.filter(({ expiresAt }) => expiresAt.getTime() <= until);
  },
  redemptions: async (row, { status }, context) => {
    const newestFirst = { orderBy: { createdAt: 'desc' }, limit: 100 } as const;
    const rows = await findRows(context.em, Redemption, { accountId: row.id }, newestFirst);
    return status == null ? rows : rows.filter((redemption) => statusOf(redemption) === status);
  },
  version: (row) => row.sequence,
};

export const LoyaltyTransaction: LoyaltyTransactionResolvers = {
  __resolveReference: async ({ id }, context) => {
    const transactionId = decodeId('LoyaltyTransaction', id);
    const row = transactionId ? await loadersOf(context).transaction.load(transactionId) : null;
    return row && maySee(context, row.accountId) ? row : null;
  },
  id: (row) => encodeId('LoyaltyTransaction', row.id),
  order: (row) => (row.orderId ? { id: row.orderId } : null),
  reverses: (row, _args, context) => (row.reversesId ? loadersOf(context).transaction.load(row.reversesId) : null),
  async activatesAt(row, _args, context) {
    // The line is written once; the clock of its points may start later, with the delivery.
    if (row.kind !== 'EARN_PENDING' || row.orderId === null) return row.activatesAt;
    const activations = await loadersOf(context).activationsOfOrder.load(row.orderId);
    return activations.get(row.id) ?? row.activatesAt;
  },
  rule: (row, _args, context) => (row.ruleId ? loadersOf(context).rule.load(row.ruleId) : null),
  actor: (row) => actorRef({ type: row.actorType, id: row.actorId }),
};

/** A hold is over with its time, whether or not somebody wrote that down yet. */
const statusOf = ({ status, expiresAt }: Redemption): Redemption['status'] =>
  status === 'HELD' && expiresAt <= new Date() ? 'EXPIRED' : status;

export const LoyaltyRedemption: LoyaltyRedemptionResolvers = {
  __resolveReference: async ({ id }, context) => {
    const redemptionId = decodeId('LoyaltyRedemption', id);
    const row = redemptionId ? await loadersOf(context).redemption.load(redemptionId) : null;
    return row && maySee(context, row.accountId) ? row : null;
  },
  id: (row) => encodeId('LoyaltyRedemption', row.id),
  status: statusOf,
  value: (row) => formatMoney(money(row.valueMinor, row.currencyCode)),
  cartId: (row) => encodeId('Cart', row.cartId),
  order: (row) => (row.orderId ? { id: row.orderId } : null),
};
