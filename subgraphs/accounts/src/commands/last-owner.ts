import type { Transaction } from '@ordergraph/events';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { builtInRoleId } from './create-merchant.ts';

/** The role whose holders may do everything. */
export const ownerRoleOf = (tx: Transaction): string => builtInRoleId(tx.tenantId, 'owner');

/** Whether nobody would be left to own the merchant without this person. The caller holds the merchant's lock. */
export async function isLastOwner(tx: Transaction, person: StaffMember): Promise<boolean> {
  const role = ownerRoleOf(tx);
  if (!person.isActive || !person.roleIds.includes(role)) return false;
  const active = await tx.em.find(StaffMember, { isActive: true, id: { $ne: person.id } });
  return !active.some((other) => other.roleIds.includes(role));
}
