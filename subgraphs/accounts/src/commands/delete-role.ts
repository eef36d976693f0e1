import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { Role } from '../entities/role.entity.ts';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { lockMerchant } from './lock-merchant.ts';

/** Deletes a role that nobody with access has. */
export async function deleteRole(
  tx: Transaction,
  { roleId }: { readonly roleId: string | null },
): Promise<Outcome<{ roleId: string }, AccountErrorCode>> {
  await lockMerchant(tx);
  const role = roleId === null ? null : await tx.em.findOne(Role, { id: roleId });
  if (!role) return refuse('NOT_FOUND', 'There is no role with this id.', ['id']);
  if (role.isBuiltIn) return refuse('ROLE_LOCKED', `The role ${role.name} is built in.`, ['id']);
  const staff = await tx.em.find(StaffMember, { isActive: true });
  const holders = staff.filter((person) => person.roleIds.includes(role.id)).length;
  if (holders > 0)
    return refuse('ROLE_LOCKED', `${holders} of the staff have this role. Give them another one first.`, ['id']);

  tx.em.remove(role);
  tx.publish('RoleChanged', { roleId: role.id, name: role.name, scopesBefore: [...role.scopes], scopesAfter: null });
  await tx.em.flush();
  return done({ roleId: role.id });
}
