import { tenantOf } from '@ordergraph/subgraph-server';
import type { MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { updateSettings } from '../commands/update-settings.ts';
import { loadersOf } from './loaders.ts';

export const inventorySettings: QueryResolvers['inventorySettings'] = (_parent, _args, context) =>
  loadersOf(context).settings.load(tenantOf(context));

export const inventorySettingsUpdate: MutationResolvers['inventorySettingsUpdate'] = async (
  _parent,
  { input },
  context,
) => {
  const { value, refusals } = await context.transact((tx) => updateSettings(tx, input));
  const tenantId = tenantOf(context);
  return {
    inventorySettings: value ? await loadersOf(context).settings.clear(tenantId).load(tenantId) : null,
    userErrors: [...(refusals ?? [])],
  };
};
