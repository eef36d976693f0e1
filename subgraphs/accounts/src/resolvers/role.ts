import { decodeId, encodeId, isStaffOrApp } from '@ordergraph/subgraph-server';
import type { RequestContext } from '@ordergraph/subgraph-server';
import type { MutationResolvers, QueryResolvers, RoleResolvers } from '../../generated/graphql.ts';
import { deleteRole } from '../commands/delete-role.ts';
import { upsertRole } from '../commands/upsert-role.ts';
import { scopeCatalogue, scopesOf } from '../domain/scopes.ts';
import { Role as RoleEntity } from '../entities/role.entity.ts';
import { loadersOf, reload } from './loaders.ts';

const load = (context: RequestContext, opaqueId: string) => {
  const id = decodeId('Role', opaqueId);
  return id ? loadersOf(context).role.load(id) : null;
};

export const role: QueryResolvers['role'] = (_parent, { id }, context) => load(context, id);

export const roles: QueryResolvers['roles'] = (_parent, _arguments, context) =>
  context.em.find(RoleEntity, {}, { orderBy: [{ isBuiltIn: 'desc' }, { name: 'asc' }], limit: maxRoles });

export const scopes: QueryResolvers['scopes'] = () => scopeCatalogue;

const maxRoles = 250;

export const Role: RoleResolvers = {
  __resolveReference: ({ id }, context) => (isStaffOrApp(context) ? load(context, id) : null),
  id: (row) => encodeId('Role', row.id),
  scopes: scopesOf,
};

export const roleUpsert: MutationResolvers['roleUpsert'] = async (_parent, { input }, context) => {
  const { value, refusals } = await context.transact((tx) =>
    upsertRole(tx, {
      roleId: input.id == null ? undefined : decodeId('Role', input.id),
      name: input.name,
      scopes: input.scopes,
      grantableScopes: context.viewer.scopes,
    }),
  );
  return { role: await reload(loadersOf(context).role, value?.roleId), userErrors: [...(refusals ?? [])] };
};

export const roleDelete: MutationResolvers['roleDelete'] = async (_parent, { input }, context) => {
  const { value, refusals } = await context.transact((tx) => deleteRole(tx, { roleId: decodeId('Role', input.id) }));
  return { deletedId: value ? encodeId('Role', value.roleId) : null, userErrors: [...(refusals ?? [])] };
};
