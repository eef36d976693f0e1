import type { PostgreSqlConnection, SqlEntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { RoundTripClient } from './round-trip-client.ts';
import type { Statement } from './statement-batch.ts';
import { setTenant, TenantTransaction } from './tenant-transaction.ts';

/**
 * A fresh EntityManager for one request or one event of one tenant. Every transaction it opens sets `app.tenant_id`
 * locally, which the policies compare with each row. Never kept longer than the request: its identity map would hand
 * one tenant's entities to the next.
 */
export function forTenant(em: SqlEntityManager, tenantId: string | null): SqlEntityManager {
  return em.fork({ session: { variables: { 'app.tenant_id': tenantId ?? '' } } });
}

async function take(pool: Pool): Promise<RoundTripClient & PoolClient> {
  const client: PoolClient = await pool.connect();
  if (client instanceof RoundTripClient) return client;
  client.release();
  throw new TypeError('This needs a pool, or an ORM whose driverOptions, name the RoundTripClient.');
}

// The connection of a PostgreSQL EntityManager is this one.
const connect = async (em: SqlEntityManager): Promise<RoundTripClient & PoolClient> =>
  take(await (em.getConnection() as PostgreSqlConnection).getNativeClient());

/** Runs the statements in one round trip and gives the rows of the last. */
async function rowsOf(client: RoundTripClient & PoolClient, statements: readonly Statement[]): Promise<unknown[]> {
  let broken: Error | undefined;
  try {
    const ending = (await client.batch(statements)).at(-1);
    if (ending && 'result' in ending) return ending.result.rows;
    throw ending?.error;
  } catch (error) {
    // What PostgreSQL refuses leaves the connection as it was; anything graver ends it.
    const isRefusal = error instanceof DatabaseError && error.severity === 'ERROR';
    if (!isRefusal) broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}

const tenantOf = (em: SqlEntityManager): string => String(em.getSessionContext()?.variables?.['app.tenant_id'] ?? '');

/**
 * Runs `work` in one transaction of the tenant that `em` is for, and commits. `em` is a fork of its own, not yet in a
 * transaction; what it has persisted is flushed. The commit travels with the last statement that nobody awaits.
 */
export async function transact<Result>(em: SqlEntityManager, work: () => Promise<Result>): Promise<Result> {
  const client = await connect(em);
  const transaction = new TenantTransaction(client, tenantOf(em));
  // MikroORM hands its statements to the context that it finds, through `executeQuery` alone.
  em.setTransactionContext(transaction as never);
  let broken: Error | undefined;
  try {
    const result = await work();
    await em.flush();
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

/**
 * Reads rows with one statement: in the transaction that `em` is in, or by itself with the tenant set. The statement
 * changes nothing and locks nothing.
 */
export async function read<Row = Record<string, unknown>>(
  em: SqlEntityManager,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  if (em.getTransactionContext()) return query<Row>(em, statement, parameters);
  // Both are one transaction by themselves, because they are one message. The caller names the row's shape beside its
  // statement; the driver cannot know it.
  return (await rowsOf(await connect(em), [setTenant(tenantOf(em)), { text: statement, parameters }])) as Row[];
}

/** Runs one statement of the relay role, whose policies and grants say what of which tenant it reaches. */
export async function queryAsRelay<Row = Record<string, unknown>>(
  pool: Pool,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  // As above.
  return (await rowsOf(await take(pool), [{ text: statement, parameters }])) as Row[];
}
