import type { QueryResult } from 'pg';
import type { RoundTripClient } from './round-trip-client.ts';
import type { Statement } from './statement-batch.ts';

interface Waiting extends Statement {
  resolve(result: QueryResult): void;
  reject(error: unknown): void;
}

/** The statement that sets the tenant until the transaction ends. */
export const setTenant = (tenantId: string): Statement => ({
  text: `select set_config('app.tenant_id', $1, true)`,
  parameters: [tenantId],
});

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * One transaction on one connection, with the tenant set. Statements wait until somebody awaits one of them and then
 * travel together, `begin` and the tenant with the first of them and `commit` with the last. MikroORM takes it for the
 * context of the transaction that an EntityManager is in.
 */
export class TenantTransaction {
  readonly #client: RoundTripClient;
  #waiting: Waiting[] = [];
  #isOpen = false;
  #isEnding = false;
  #isScheduled = false;
  #atWork: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(client: RoundTripClient, tenantId: string) {
    this.#client = client;
    this.write('begin', []);
    const { text, parameters } = setTenant(tenantId);
    this.write(text, parameters);
  }

  /** Runs a statement and those that wait before it. */
  query(text: string, parameters: readonly unknown[], isOnce = false): Promise<QueryResult> {
    // Whoever comes later was not waited for: its statement would run in somebody else's transaction, or in none.
    if (this.#isEnding) return Promise.reject(new Error(tooLate));
    return this.#run(text, parameters, isOnce);
  }

  #run(text: string, parameters: readonly unknown[], isOnce = false): Promise<QueryResult> {
    return new Promise<QueryResult>((resolve, reject) => {
      this.#waiting.push({ text, parameters, isOnce, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // After this turn, so that what is asked for together travels together; one batch at a time.
      queueMicrotask(() => {
        this.#atWork = this.#atWork.then(() => this.#send());
      });
    });
  }

  /** Leaves a statement to whatever travels next. */
  write(text: string, parameters: readonly unknown[], onRows?: (rows: Record<string, unknown>[]) => void): void {
    if (this.#isEnding) throw new Error(tooLate);
    this.#waiting.push({
      text,
      parameters,
      resolve: ({ rows }) => onRows?.(rows),
      reject: (error) => (this.#failure ??= { error }),
    });
  }

  /** What MikroORM calls; its statements carry their values. */
  async executeQuery(compiled: {
    sql: string;
    parameters: readonly unknown[];
  }): Promise<{ rows: unknown[]; numAffectedRows?: bigint }> {
    const { rows, rowCount, command } = await this.query(compiled.sql, compiled.parameters, true);
    return changing.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
  }

  /** Commits what was done. A transaction that never sent anything has nothing to commit. */
  async commit(): Promise<void> {
    await this.#atWork;
    this.#isEnding = true;
    this.#expectNoFailure();
    if (!this.#isOpen) return this.#runAtOnce();
    const { command } = await this.#run('commit', []);
    this.#isOpen = false;
    this.#expectNoFailure();
    // PostgreSQL answers the commit of a transaction in which a statement failed with a rollback, and with no error.
    if (command !== 'COMMIT') throw new Error('Nothing was committed, because an earlier statement had failed.');
  }

  /** Sends everything as one message, which is a transaction by itself: all of it, or nothing. */
  async #runAtOnce(): Promise<void> {
    if (this.#waiting.length === opening) return;
    // What `begin` and `commit` would say is said by the message.
    this.#waiting.shift();
    await this.#send('all or nothing');
    this.#isOpen = false;
    this.#expectNoFailure();
  }

  /** Undoes what was sent and forgets what was not. */
  async rollback(): Promise<void> {
    this.#isEnding = true;
    this.#forget();
    await this.#atWork;
    this.#forget();
    if (!this.#isOpen) return;
    await this.#run('rollback', []);
    this.#isOpen = false;
  }

  #expectNoFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #forget(): void {
    const unsent = this.#waiting;
    this.#waiting = [];
    for (const { reject } of unsent) reject(new Error('The transaction ended before this statement was sent.'));
  }

  async #send(mode?: 'all or nothing'): Promise<void> {
    this.#isScheduled = false;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    this.#isOpen = true;
    const endings = await this.#client.batch(batch);
    const failed = mode && endings.find((ending) => 'error' in ending);
    for (const [index, { resolve, reject }] of batch.entries()) {
      const ending = failed ?? endings[index];
      if (ending && 'result' in ending) resolve(ending.result);
      else reject(ending?.error);
    }
  }
}

const tooLate = 'The transaction has ended; await everything that belongs to it before its work returns.';

/** `begin` and the tenant. */
const opening = 2;
