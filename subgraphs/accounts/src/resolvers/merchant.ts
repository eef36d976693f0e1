import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { MerchantResolvers, MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { createMerchant } from '../commands/create-merchant.ts';
import { setMerchantStatus } from '../commands/set-merchant-status.ts';
import { updateMerchant } from '../commands/update-merchant.ts';
import { derivedId } from '../derived-id.ts';
import { loadersOf, reload } from './loaders.ts';
import { findMerchantPage } from './merchant-rows.ts';
import { runOnce } from './repeatable-call.ts';
import type { RequestContext } from '@ordergraph/subgraph-server';

export const merchants: QueryResolvers['merchants'] = (_parent, page, context) => findMerchantPage(context, page);

export const Merchant: MerchantResolvers = {
  __resolveReference: ({ id }, context) => {
    const merchantId = decodeId('Merchant', id);
    return merchantId ? loadersOf(context).merchant.load(merchantId) : null;
  },
  id: (row) => encodeId('Merchant', row.id),
};

export const merchantCreate: MutationResolvers['merchantCreate'] = async (_parent, { input }, context) => {
  // The merchant does not exist yet, so its id comes from what the call is known by: a repetition finds the same one.
  const merchantId = derivedId('merchant', context.viewer.actor.id ?? '', input.idempotencyKey);
  const { value, refusals } = await runOnce(
    context,
    'merchantCreate',
    input,
    (tx) => createMerchant(tx, input),
    merchantId,
  );
  return { merchant: await reload(loadersOf(context).merchant, value?.merchantId), userErrors: [...(refusals ?? [])] };
};

export const merchantUpdate: MutationResolvers['merchantUpdate'] = async (_parent, { input }, context) => {
  const { expectedVersion, ...fields } = input;
  // An explicit null says the same as an absent field.
  const settings = Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
  const { value, refusals } = await context.transact((tx) =>
    updateMerchant(tx, { settings, expectedVersion: expectedVersion ?? null }),
  );
  return { merchant: await reload(loadersOf(context).merchant, value?.merchantId), userErrors: [...(refusals ?? [])] };
};

async function changeStatus(
  context: RequestContext,
  opaqueId: string,
  change: { status: 'ACTIVE' | 'SUSPENDED'; reason: string },
) {
  const merchantId = decodeId('Merchant', opaqueId);
  if (!merchantId) {
    const message = 'There is no merchant with this id.';
    return { merchant: null, userErrors: [{ code: 'NOT_FOUND' as const, message, field: ['id'] }] };
  }
  const { value, refusals } = await context.transact((tx) => setMerchantStatus(tx, change), merchantId);
  return { merchant: await reload(loadersOf(context).merchant, value?.merchantId), userErrors: [...(refusals ?? [])] };
}

export const merchantSuspend: MutationResolvers['merchantSuspend'] = (_parent, { input }, context) =>
  changeStatus(context, input.id, { status: 'SUSPENDED', reason: input.reason });

export const merchantReactivate: MutationResolvers['merchantReactivate'] = (_parent, { input }, context) =>
  changeStatus(context, input.id, { status: 'ACTIVE', reason: input.reason });
