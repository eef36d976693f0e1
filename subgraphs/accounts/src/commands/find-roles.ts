import type { Transaction } from '@ordergraph/events';
import { refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { scopesOf } from '../domain/scopes.ts';
import { Role } from '../entities/role.entity.ts';
import { refuseEscalation } from './refusals.ts';

const maxRoles = 20;

/** The roles that a person shall have, or why the caller cannot give them. Roles the person has already are no grant. */
export async function findRoles(
  tx: Transaction,
  wanted: {
    readonly roleIds: readonly string[];
    readonly heldRoleIds: readonly string[];
    readonly grantableScopes: readonly string[];
  },
): Promise<Outcome<Role[], AccountErrorCode>> {
  const ids = [...new Set(wanted.roleIds)];
  if (ids.length < 1 || ids.length > maxRoles) {
    return refuse('INVALID', `Expected 1 to ${maxRoles} roles, got ${ids.length}.`, ['roleIds']);
  }
  const roles = await tx.em.find(Role, { id: { $in: ids } });
  if (roles.length < ids.length) return refuse('NOT_FOUND', 'One of the roles does not exist.', ['roleIds']);
  const granted = roles.filter((role) => !wanted.heldRoleIds.includes(role.id)).flatMap(scopesOf);
  return refuseEscalation(granted, wanted.grantableScopes, 'roleIds') ?? { value: roles };
}
