export { applicationRole, newId, relayRole, tenantTable } from './policies.ts';
export type { TenantTableOptions } from './policies.ts';
export { forTenant, query } from './session.ts';
