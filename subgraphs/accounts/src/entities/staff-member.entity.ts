import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const StaffMemberSchema = defineEntity({
  name: 'StaffMember',
  ...tenantTable('accounts', 'staff_member'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    /** In lower case. */
    email: p.text(),
    name: p.text(),
    roleIds: p.array(),
    isActive: p.boolean(),
    lastActiveAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'email'] }],
  indexes: [{ properties: ['tenantId', 'createdAt', 'id'] }],
});

/** A person who works for the merchant. */
export class StaffMember extends StaffMemberSchema.class {}
StaffMemberSchema.setClass(StaffMember);
