export { applicationRole, newId, relayRole, tenantTable } from './policies.ts';
export type { TenantTableOptions } from './policies.ts';
export { RoundTripClient } from './round-trip-client.ts';
export { forTenant, query, transact, write } from './session.ts';
