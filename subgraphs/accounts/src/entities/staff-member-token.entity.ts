import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const StaffMemberTokenSchema = defineEntity({
  name: 'StaffMemberToken',
  ...tenantTable('accounts', 'staff_member_token'),
  properties: {
    tenantId: p.uuid().primary(),
    token: p.text().primary(),
    staffMemberId: p.uuid().primary(),
  },
  indexes: [{ properties: ['tenantId', 'staffMemberId'] }],
});

/** A beginning of a word that a staff member is found by. */
export class StaffMemberToken extends StaffMemberTokenSchema.class {}
StaffMemberTokenSchema.setClass(StaffMemberToken);
