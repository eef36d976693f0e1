export { applicationRole, newId, relayRole, tenantTable } from './policies.ts';
export type { TenantTableOptions } from './policies.ts';
export { RoundTripClient } from './round-trip-client.ts';
export { findRow, findRows, insertRows, updateRow } from './rows.ts';
export type { FindOptions, Where } from './rows.ts';
export { forTenant, query, queryAsRelay, read, transact, write } from './session.ts';
