import type { PostgreSqlConnection, SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import type { PoolClient } from 'pg';
import { RoundTripClient } from './round-trip-client.ts';
import { TenantTransaction } from './tenant-transaction.ts';

/**
 * A fresh EntityManager for one request or one event of one tenant. Every transaction it opens sets `app.tenant_id`
 * locally, which the policies compare with each row. Never kept longer than the request: its identity map would hand
 * one tenant's entities to the next.
 */
export function forTenant(em: SqlEntityManager, tenantId: string | null): SqlEntityManager {
  return em.fork({ session: { variables: { 'app.tenant_id': tenantId ?? '' } } });
}

/**
 * Runs `work` in one transaction of the tenant that `em` is for, and commits. `em` is a fork of its own, not yet in a
 * transaction; what it has persisted is flushed. The commit travels with the last statement that nobody awaits.
 */
export async function transact<Result>(em: SqlEntityManager, work: () => Promise<Result>): Promise<Result> {
  // The connection of a PostgreSQL EntityManager is this one.
  const pool = await (em.getConnection() as PostgreSqlConnection).getNativeClient();
  const client: PoolClient = await pool.connect();
  if (!(client instanceof RoundTripClient)) {
    client.release();
    throw new TypeError('transact() needs an ORM whose driverOptions name the RoundTripClient.');
  }
  const transaction = new TenantTransaction(client, String(em.getSessionContext()?.variables?.['app.tenant_id'] ?? ''));
  // MikroORM hands its statements to the context that it finds, through `executeQuery` alone.
  em.setTransactionContext(transaction as never);
  let broken: Error | undefined;
  try {
    const result = await work();
    await transaction.commit();
    return result;
  } catch (error) {
    broken = await transaction.rollback().then(
      () => undefined,
      (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
    );
    throw error;
  } finally {
    em.resetTransactionContext();
    // A connection that cannot even roll back is closed; the pool opens another.
    client.release(broken);
  }
}

/**
 * Runs one statement with bound parameters (`$1`, `$2` …) inside the transaction that `em` is in. Refuses to run
 * outside one, since there no tenant would be set. Statements asked for together, with `Promise.all`, travel together.
 */
export async function query<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const context: unknown = em.getTransactionContext();
  if (!context) throw new Error('query() runs inside a transaction; open one with transact() first.');
  // The caller names the row's shape beside its statement; the driver cannot know it.
  if (context instanceof TenantTransaction) return (await context.query(statement, parameters)).rows as Row[];
  const result = await em.getTransactionContext()?.executeQuery(CompiledQuery.raw(statement, [...parameters]));
  return (result?.rows ?? []) as Row[];
}

/**
 * Leaves a statement to the transaction that `em` is in: it travels with the next one that is awaited, or with the
 * commit. When it fails, so does whatever it travels with, and the transaction. `onRows` sees what it returns.
 */
export function write(
  em: SqlEntityManager,
  statement: string,
  parameters: readonly unknown[] = [],
  onRows?: (rows: Record<string, unknown>[]) => void,
): void {
  const context: unknown = em.getTransactionContext();
  if (!(context instanceof TenantTransaction)) {
    throw new Error('write() runs inside a transaction; open one with transact() first.');
  }
  context.write(statement, parameters, onRows);
}
