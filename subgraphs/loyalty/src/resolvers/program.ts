import { formatMoney, money, MoneyError, readMoney } from '@ordergraph/money';
import { decodeId, encodeId, refuse } from '@ordergraph/subgraph-server';
import { findRows } from '@ordergraph/tenancy';
import type {
  EarningRuleResolvers,
  LoyaltyProgramResolvers,
  LoyaltyTierResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../../generated/graphql.ts';
import { setTiers } from '../commands/set-tiers.ts';
import { updateProgram } from '../commands/update-program.ts';
import { upsertRule } from '../commands/upsert-rule.ts';
import { EarningRule as EarningRuleEntity } from '../entities/earning-rule.entity.ts';
import { loadersOf } from './loaders.ts';
import { runOnce } from './repeatable.ts';

export const loyaltyProgram: QueryResolvers['loyaltyProgram'] = (_parent, _args, context) =>
  loadersOf(context).program.load('merchant');

export const earningRules: QueryResolvers['earningRules'] = (_parent, _args, context) =>
  findRows(context.em, EarningRuleEntity, {}, { orderBy: { id: 'asc' } });

export const loyaltyProgramUpdate: MutationResolvers['loyaltyProgramUpdate'] = async (_parent, { input }, context) => {
  const pointValue = input.pointValue ? readMoney(input.pointValue) : undefined;
  if (pointValue instanceof MoneyError) {
    return { loyaltyProgram: null, userErrors: [...refuse('INVALID', pointValue.message, ['pointValue']).refusals] };
  }
  const changes = {
    // Null says nothing, but for the months, where it says that points never expire.
    name: input.name ?? undefined,
    pointsName: input.pointsName ?? undefined,
    isActive: input.isActive ?? undefined,
    pendingDays: input.pendingDays ?? undefined,
    expiryMonths: input.expiryMonths,
    pointValue,
    redemptionUnit: input.redemptionUnit ?? undefined,
    reversalPolicy: input.reversalPolicy ?? undefined,
  };
  const { refusals } = await context.transact((tx) => updateProgram(tx, changes, input.expectedVersion ?? null));
  const loader = loadersOf(context).program;
  return {
    loyaltyProgram: refusals ? null : await loader.clear('merchant').load('merchant'),
    userErrors: [...(refusals ?? [])],
  };
};

export const earningRuleUpsert: MutationResolvers['earningRuleUpsert'] = async (_parent, { input }, context) => {
  const per = input.per ? readMoney(input.per) : null;
  if (per instanceof MoneyError) {
    return { earningRule: null, userErrors: [...refuse('INVALID', per.message, ['per']).refusals] };
  }
  const categoryIds = input.categoryIds.map((id) => decodeId('Category', id));
  const known = categoryIds.filter((id) => id !== null);
  if (known.length < categoryIds.length) {
    const message = 'There is no category with one of these ids.';
    return { earningRule: null, userErrors: [{ code: 'NOT_FOUND', message, field: ['categoryIds'] }] };
  }
  const { value, refusals } = await context.transact((tx) =>
    upsertRule(tx, {
      id: input.id == null ? undefined : decodeId('EarningRule', input.id),
      rule: {
        name: input.name,
        isActive: input.isActive,
        points: input.points,
        perMinor: per?.minor ?? null,
        currencyCode: per?.currencyCode ?? null,
        categoryIds: known,
        startsAt: input.startsAt == null ? null : new Date(input.startsAt),
        endsAt: input.endsAt == null ? null : new Date(input.endsAt),
      },
      expectedVersion: input.expectedVersion ?? null,
    }),
  );
  return {
    earningRule: value ? await loadersOf(context).rule.clear(value.ruleId).load(value.ruleId) : null,
    userErrors: [...(refusals ?? [])],
  };
};

export const loyaltyTiersSet: MutationResolvers['loyaltyTiersSet'] = async (_parent, { input }, context) => {
  const { refusals } = await runOnce(context, 'loyaltyTiersSet', input, (tx) =>
    setTiers(tx, input.tiers, input.expectedVersion ?? null),
  );
  const { program, tiers } = loadersOf(context);
  tiers.clear('merchant');
  return {
    loyaltyProgram: refusals ? null : await program.clear('merchant').load('merchant'),
    userErrors: [...(refusals ?? [])],
  };
};

export const LoyaltyProgram: LoyaltyProgramResolvers = {
  __resolveReference: async ({ id }, context) => {
    const program = await loadersOf(context).program.load('merchant');
    return program && decodeId('LoyaltyProgram', id) === program.id ? program : null;
  },
  id: (row) => encodeId('LoyaltyProgram', row.id),
  pointValue: (row) => formatMoney(money(row.pointValueMinor, row.currencyCode)),
  tiers: (_row, _args, context) => loadersOf(context).tiers.load('merchant'),
};

export const LoyaltyTier: LoyaltyTierResolvers = {
  __resolveReference: async ({ id }, context) => {
    const tiers = await loadersOf(context).tiers.load('merchant');
    return tiers.find((tier) => tier.id === decodeId('LoyaltyTier', id)) ?? null;
  },
  id: (row) => encodeId('LoyaltyTier', row.id),
};

export const EarningRule: EarningRuleResolvers = {
  __resolveReference: async ({ id }, context) => {
    const ruleId = decodeId('EarningRule', id);
    return ruleId ? loadersOf(context).rule.load(ruleId) : null;
  },
  id: (row) => encodeId('EarningRule', row.id),
  per: ({ perMinor, currencyCode }) =>
    perMinor === null || currencyCode === null ? null : formatMoney(money(perMinor, currencyCode)),
  categoryIds: (row) => row.categoryIds.map((id) => encodeId('Category', id)),
};
