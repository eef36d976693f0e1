import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { emailProblems, normalizeEmail } from '../domain/person.ts';
import { textProblems } from '../domain/problem.ts';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { findRoles } from './find-roles.ts';
import { lockMerchant } from './lock-merchant.ts';
import { refuseInvalid } from './refusals.ts';
import { saveStaffMember } from './save-staff-member.ts';

export interface StaffInvitation {
  /** Given by whoever must know the person's id beforehand. */
  readonly id?: string;
  readonly email: string;
  readonly name: string;
  readonly roleIds: readonly string[];
  /** What the inviting person holds, and so may grant. */
  readonly grantableScopes: readonly string[];
}

/** Gives a person access. Somebody whose access ended before comes back as the same staff member. */
export async function inviteStaffMember(
  tx: Transaction,
  input: StaffInvitation,
): Promise<Outcome<{ staffMemberId: string }, AccountErrorCode>> {
  const problems = [...emailProblems('email', input.email), ...textProblems('name', input.name, 200)];
  if (problems.length > 0) return refuseInvalid(problems);
  if (!(await lockMerchant(tx))) return refuse('NOT_FOUND', 'The token names a merchant that does not exist.');
  const email = normalizeEmail(input.email);
  const known = await tx.em.findOne(StaffMember, { email });
  if (known?.isActive) return refuse('TAKEN', `${email} works for this merchant already.`, ['email']);
  const roles = await findRoles(tx, { ...input, heldRoleIds: [] });
  if (!roles.value) return roles;

  const fields = { name: input.name.trim(), roleIds: roles.value.map((role) => role.id), isActive: true };
  const person =
    known ??
    tx.em.create(StaffMember, { ...fields, id: input.id ?? newId(), tenantId: tx.tenantId, email, createdAt: tx.now });
  Object.assign(person, fields);
  await saveStaffMember(tx, person, 'INVITED');
  return done({ staffMemberId: person.id });
}
