import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import { searchTokens } from '../domain/person.ts';
import type { StaffMember } from '../entities/staff-member.entity.ts';

/** Writes what was decided about a person: the row, what they are found by, and the event, whose email is sealed. */
export async function saveStaffMember(
  tx: Transaction,
  person: StaffMember,
  change: 'INVITED' | 'UPDATED' | 'DEACTIVATED',
): Promise<void> {
  await tx.em.flush();
  await query(tx.em, `delete from "accounts"."staff_member_token" where tenant_id = $1 and staff_member_id = $2`, [
    tx.tenantId,
    person.id,
  ]);
  await query(
    tx.em,
    `insert into "accounts"."staff_member_token" (tenant_id, staff_member_id, token) select $1, $2, unnest($3::text[])`,
    [tx.tenantId, person.id, searchTokens(person.name, person.email)],
  );
  const email = await tx.sealing.seal(tx.em, tx.tenantId, person.id, person.email);
  tx.publish('StaffMemberChanged', { staffMemberId: person.id, change, email, roleIds: [...person.roleIds] });
}
