import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { textProblems } from '../domain/problem.ts';
import { knownScopes, unknownScopes } from '../domain/scopes.ts';
import { Role } from '../entities/role.entity.ts';
import { lockMerchant } from './lock-merchant.ts';
import { refuseEscalation, refuseInvalid } from './refusals.ts';

export interface RoleFields {
  /** Undefined creates a role; null names none. */
  readonly roleId: string | null | undefined;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly grantableScopes: readonly string[];
}

/** Creates or changes a role. What the role grants already is no new grant. */
export async function upsertRole(
  tx: Transaction,
  input: RoleFields,
): Promise<Outcome<{ roleId: string }, AccountErrorCode>> {
  const problems = [
    ...textProblems('name', input.name, 100),
    ...unknownScopes(input.scopes).map((scope) => ({
      field: ['scopes'],
      message: `There is no scope ${scope.slice(0, 60).toWellFormed()}.`,
    })),
  ];
  if (problems.length > 0) return refuseInvalid(problems);
  if (!(await lockMerchant(tx))) return refuse('NOT_FOUND', 'The token names a merchant that does not exist.');
  const known = input.roleId == null ? null : await tx.em.findOne(Role, { id: input.roleId });
  if (input.roleId !== undefined && !known) return refuse('NOT_FOUND', 'There is no role with this id.', ['id']);
  if (known?.isBuiltIn) return refuse('ROLE_LOCKED', `The role ${known.name} is built in. Create another one.`, ['id']);
  const name = input.name.trim();
  const namesake = await tx.em.findOne(Role, { name });
  if (namesake && namesake !== known) return refuse('TAKEN', `Another role is called ${name}.`, ['name']);
  const before = known ? [...known.scopes] : null;
  const added = input.scopes.filter((scope) => !before?.includes(scope));
  const escalation = refuseEscalation(added, input.grantableScopes, 'scopes');
  if (escalation) return escalation;

  const scopes = knownScopes(input.scopes);
  const role =
    known ??
    tx.em.create(Role, { id: newId(), tenantId: tx.tenantId, name, scopes, isBuiltIn: false, createdAt: tx.now });
  Object.assign(role, { name, scopes });
  tx.publish('RoleChanged', { roleId: role.id, name, scopesBefore: before, scopesAfter: scopes });
  await tx.em.flush();
  return done({ roleId: role.id });
}
