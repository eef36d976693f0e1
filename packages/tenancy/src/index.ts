export { applicationRole, newId, relayRole, tenantTable } from './policies.ts';
export type { TenantTableOptions } from './policies.ts';
export { lastStatement, RoundTripClient } from './round-trip-client.ts';
export { forTenant, query } from './session.ts';
