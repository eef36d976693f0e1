import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/**
 * A fresh EntityManager for one request or one event of one tenant. Every transaction it opens sets `app.tenant_id`
 * locally, which the policies compare with each row. Never kept longer than the request: its identity map would hand
 * one tenant's entities to the next.
 */
export function forTenant(em: SqlEntityManager, tenantId: string | null): SqlEntityManager {
  return em.fork({ session: { variables: { 'app.tenant_id': tenantId ?? '' } } });
}

/**
 * Runs one statement with bound parameters (`$1`, `$2` …) inside the transaction that `em` is in. Refuses to run
 * outside one, since there no tenant would be set.
 */
export async function query<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const transaction = em.getTransactionContext();
  if (!transaction) throw new Error('query() runs inside a transaction; open one with transact() first.');
  const result = await transaction.executeQuery(CompiledQuery.raw(statement, [...parameters]));
  // The caller names the row's shape beside its statement; the driver cannot know it.
  return result.rows as Row[];
}
