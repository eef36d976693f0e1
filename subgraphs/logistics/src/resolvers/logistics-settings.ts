import type { RequestContext } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { MutationResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { fallbackSettings, updateSettings } from '../commands/update-settings.ts';
import { LogisticsSettings } from '../entities/logistics-settings.entity.ts';

const current = async (context: RequestContext) =>
  (await findRow(context.em, LogisticsSettings, {})) ?? { ...fallbackSettings, version: 1 };

export const logisticsSettings: QueryResolvers['logisticsSettings'] = (_parent, _args, context) => current(context);

export const logisticsSettingsUpdate: MutationResolvers['logisticsSettingsUpdate'] = async (
  _parent,
  { input },
  context,
) => {
  const { value, refusals = [] } = await context.transact((tx) => updateSettings(tx, input));
  return { settings: value ? await current(context) : null, userErrors: [...refusals] };
};
