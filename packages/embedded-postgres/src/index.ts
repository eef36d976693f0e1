export { isAlive } from './processes.ts';
export { discardEmbeddedPostgres, startEmbeddedPostgres } from './start-embedded-postgres.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './start-embedded-postgres.ts';
