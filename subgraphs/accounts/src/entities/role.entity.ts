import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const RoleSchema = defineEntity({
  name: 'Role',
  ...tenantTable('accounts', 'role'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    name: p.text(),
    /** Empty for a built-in role: `scopesOf` knows what that grants. */
    scopes: p.array(),
    isBuiltIn: p.boolean(),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'name'] }],
});

/** A named set of scopes. */
export class Role extends RoleSchema.class {}
RoleSchema.setClass(Role);
