import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { openResources, type AccountsResources } from './credentials/token-issuance.ts';
import { ApiKey } from './entities/api-key.entity.ts';
import { Merchant } from './entities/merchant.entity.ts';
import { Role } from './entities/role.entity.ts';
import { StaffMemberToken } from './entities/staff-member-token.entity.ts';
import { StaffMember } from './entities/staff-member.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';
import { merchantColumns } from './resolvers/merchant-rows.ts';
import { tokenRoute } from './routes/token.ts';

export { createApiKey, type NewApiKey } from './commands/create-api-key.ts';
export { builtInRoleId, createMerchant, firstOwnerId, type NewMerchant } from './commands/create-merchant.ts';
export { inviteStaffMember, type StaffInvitation } from './commands/invite-staff-member.ts';
export { newApiKeySecret, readApiKeySecret, type ApiKeySecret } from './credentials/api-key-secret.ts';
export { allScopes, builtInRoles, scopeCatalogue, type BuiltInRole, type ScopeEntry } from './domain/scopes.ts';
export type { MerchantSettings, TaxRate } from './domain/merchant-settings.ts';

/** Accounts: the merchants, who works for them, and which software may act for them. */
export const definition = defineSubgraph<AccountsResources>({
  name: 'accounts',
  entities: [Merchant, StaffMember, StaffMemberToken, Role, ApiKey],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  routes: [tokenRoute],
  operatorFields: ['merchants', 'merchantCreate', 'merchantSuspend', 'merchantReactivate'],
  openFields: ['viewer'],
  grants: [
    `grant select (${merchantColumns.join(', ')}) on "accounts"."merchant" to "relay_accounts"`,
    'grant select ("tenant_id", "id", "prefix", "is_active") on "accounts"."api_key" to "relay_accounts"',
  ],
  open: openResources,
});
