import { codedError, customerOf } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { updatePreferences } from '../commands/update-preferences.ts';

export const notificationPreferencesUpdate: MutationResolvers['notificationPreferencesUpdate'] = async (
  _parent,
  { input },
  context,
) => {
  const customerId = customerOf(context);
  if (!customerId) throw codedError('UNAUTHENTICATED', 'Preferences are a signed-in customer’s own; sign in as one.');
  const { value, refusals } = await context.transact((tx) => updatePreferences(tx, customerId, input.preferences));
  return { customer: value ?? null, userErrors: [...(refusals ?? [])] };
};
