import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { textProblems } from '../domain/problem.ts';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { findRoles } from './find-roles.ts';
import { isLastOwner, ownerRoleOf } from './last-owner.ts';
import { lockMerchant } from './lock-merchant.ts';
import { refuseInvalid } from './refusals.ts';
import { saveStaffMember } from './save-staff-member.ts';

export interface StaffMemberChange {
  readonly staffMemberId: string | null;
  /** Null leaves the name as it is. */
  readonly name: string | null;
  /** Null leaves the roles as they are. */
  readonly roleIds: readonly string[] | null;
  readonly grantableScopes: readonly string[];
}

/** Changes a person's name or roles. */
export async function updateStaffMember(
  tx: Transaction,
  input: StaffMemberChange,
): Promise<Outcome<{ staffMemberId: string }, AccountErrorCode>> {
  const problems = input.name === null ? [] : textProblems('name', input.name, 200);
  if (problems.length > 0) return refuseInvalid(problems);
  await lockMerchant(tx);
  const person = input.staffMemberId === null ? null : await tx.em.findOne(StaffMember, { id: input.staffMemberId });
  if (!person) return refuse('NOT_FOUND', 'There is no staff member with this id.', ['id']);

  let { roleIds } = person;
  if (input.roleIds !== null) {
    const roles = await findRoles(tx, {
      ...input,
      roleIds: input.roleIds,
      heldRoleIds: person.isActive ? roleIds : [],
    });
    if (!roles.value) return roles;
    roleIds = roles.value.map((role) => role.id);
    if (!roleIds.includes(ownerRoleOf(tx)) && (await isLastOwner(tx, person))) {
      return refuse('LAST_OWNER', 'A merchant needs one active owner. Make somebody else an owner first.', ['roleIds']);
    }
  }
  person.name = input.name?.trim() ?? person.name;
  person.roleIds = roleIds;
  await saveStaffMember(tx, person, 'UPDATED');
  return done({ staffMemberId: person.id });
}
