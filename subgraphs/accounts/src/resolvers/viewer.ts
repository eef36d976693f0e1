import { activityGrainMs, noteStaffActivity } from '../commands/note-staff-activity.ts';
import type { QueryResolvers } from '../../generated/graphql.ts';
import { loadersOf } from './loaders.ts';

export const viewer: QueryResolvers['viewer'] = async (_parent, _arguments, context) => {
  const { actor, scopes, tenantId } = context.viewer;
  const person = actor.type === 'STAFF' && actor.id ? await loadersOf(context).staffMember.load(actor.id) : null;
  // The portal asks who is there whenever it is opened, which makes this the place to see that somebody is.
  if (person?.isActive && Date.now() - (person.lastActiveAt?.getTime() ?? 0) > activityGrainMs) {
    await context.transact((tx) => noteStaffActivity(tx, person.id));
  }
  return {
    type: actor.type,
    scopes,
    merchant: tenantId ? await loadersOf(context).merchant.load(tenantId) : null,
    staffMember: person,
    apiKey: actor.type === 'APP' && actor.id ? await loadersOf(context).apiKey.load(actor.id) : null,
  };
};
