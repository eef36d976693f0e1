import type { MutationResolvers } from '../../generated/graphql.ts';
import { saveTemplate } from '../commands/save-template.ts';
import { loadersOf } from './loaders.ts';

export const notificationTemplateUpsert: MutationResolvers['notificationTemplateUpsert'] = async (
  _parent,
  { input },
  context,
) => {
  const words = { ...input, expectedVersion: input.expectedVersion ?? null };
  const { value, refusals } = await context.transact((tx) => saveTemplate(tx, words));
  return {
    notificationTemplate: value ? await loadersOf(context).template.load(value.templateId) : null,
    userErrors: [...(refusals ?? [])],
  };
};
