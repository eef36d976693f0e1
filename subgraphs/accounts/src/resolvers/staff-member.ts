import { decodeId, encodeId, findPage, isStaffOrApp } from '@ordergraph/subgraph-server';
import type { RequestContext } from '@ordergraph/subgraph-server';
import type { MutationResolvers, QueryResolvers, StaffMemberResolvers } from '../../generated/graphql.ts';
import { deactivateStaffMember } from '../commands/deactivate-staff-member.ts';
import { inviteStaffMember } from '../commands/invite-staff-member.ts';
import { updateStaffMember } from '../commands/update-staff-member.ts';
import { wordsOf } from '../domain/person.ts';
import { StaffMemberToken } from '../entities/staff-member-token.entity.ts';
import { StaffMember as StaffMemberEntity } from '../entities/staff-member.entity.ts';
import { loadersOf, reload } from './loaders.ts';
import { runOnce } from './repeatable-call.ts';

/** The person with that opaque id, if the merchant has them. Who may ask is the caller's question. */
export const loadStaffMember = (context: RequestContext, opaqueId: string) => {
  const id = decodeId('StaffMember', opaqueId);
  return id ? loadersOf(context).staffMember.load(id) : null;
};

export const staffMember: QueryResolvers['staffMember'] = (_parent, { id }, context) => loadStaffMember(context, id);

/** The ids of the people of whom every word is a beginning of some word. */
async function findBySearch(context: RequestContext, search: string): Promise<string[]> {
  const words = wordsOf(search);
  const tokens = await context.em.find(StaffMemberToken, { token: { $in: words } });
  const byPerson = Map.groupBy(tokens, (row) => row.staffMemberId);
  return [...byPerson].filter(([, found]) => found.length === words.length).map(([id]) => id);
}

export const staffMembers: QueryResolvers['staffMembers'] = async (_parent, { search, ...page }, context) => {
  const where = search?.trim() ? { id: { $in: await findBySearch(context, search) } } : {};
  return findPage(context, StaffMemberEntity, where, page, { property: 'createdAt', isDescending: true });
};

export const StaffMember: StaffMemberResolvers = {
  __resolveReference: ({ id }, context) => (isStaffOrApp(context) ? loadStaffMember(context, id) : null),
  id: (row) => encodeId('StaffMember', row.id),
  roles: async (row, _arguments, context) => {
    const roles = await Promise.all(row.roleIds.map((id) => loadersOf(context).role.load(id)));
    // Somebody without access may still have had a role that was deleted since.
    return roles.filter((role) => role !== null);
  },
};

/** Ids that name nothing stay in the list as nothing's id, so that the command sees that a role is missing. */
const roleIdsOf = (opaqueIds: readonly string[]): string[] => opaqueIds.map((id) => decodeId('Role', id) ?? nobody);
const nobody = '00000000-0000-0000-0000-000000000000';

export const staffMemberInvite: MutationResolvers['staffMemberInvite'] = async (_parent, { input }, context) => {
  const { value, refusals } = await runOnce(context, 'staffMemberInvite', input, (tx) =>
    inviteStaffMember(tx, { ...input, roleIds: roleIdsOf(input.roleIds), grantableScopes: context.viewer.scopes }),
  );
  return {
    staffMember: await reload(loadersOf(context).staffMember, value?.staffMemberId),
    userErrors: [...(refusals ?? [])],
  };
};

export const staffMemberUpdate: MutationResolvers['staffMemberUpdate'] = async (_parent, { input }, context) => {
  const { value, refusals } = await context.transact((tx) =>
    updateStaffMember(tx, {
      staffMemberId: decodeId('StaffMember', input.id),
      name: input.name ?? null,
      roleIds: input.roleIds ? roleIdsOf(input.roleIds) : null,
      grantableScopes: context.viewer.scopes,
    }),
  );
  return {
    staffMember: await reload(loadersOf(context).staffMember, value?.staffMemberId),
    userErrors: [...(refusals ?? [])],
  };
};

export const staffMemberDeactivate: MutationResolvers['staffMemberDeactivate'] = async (
  _parent,
  { input },
  context,
) => {
  const staffMemberId = decodeId('StaffMember', input.id);
  const { value, refusals } = await context.transact((tx) => deactivateStaffMember(tx, { staffMemberId }));
  return {
    staffMember: await reload(loadersOf(context).staffMember, value?.staffMemberId),
    userErrors: [...(refusals ?? [])],
  };
};
