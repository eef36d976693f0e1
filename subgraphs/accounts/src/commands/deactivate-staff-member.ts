import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { isLastOwner } from './last-owner.ts';
import { lockMerchant } from './lock-merchant.ts';
import { saveStaffMember } from './save-staff-member.ts';

/** Ends a person's access. Somebody who has none stays as they are. */
export async function deactivateStaffMember(
  tx: Transaction,
  { staffMemberId }: { readonly staffMemberId: string | null },
): Promise<Outcome<{ staffMemberId: string }, AccountErrorCode>> {
  await lockMerchant(tx);
  const person = staffMemberId === null ? null : await tx.em.findOne(StaffMember, { id: staffMemberId });
  if (!person) return refuse('NOT_FOUND', 'There is no staff member with this id.', ['id']);
  if (await isLastOwner(tx, person)) {
    return refuse('LAST_OWNER', 'A merchant needs one active owner. Make somebody else an owner first.', ['id']);
  }
  if (person.isActive) {
    person.isActive = false;
    await saveStaffMember(tx, person, 'DEACTIVATED');
  }
  return done({ staffMemberId: person.id });
}
