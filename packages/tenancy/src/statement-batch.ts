import type { QueryResult } from 'pg';
import { onceOnly, type Prepared, type PreparedStatements } from './prepared-statements.ts';

/** One statement with its bound parameters (`$1`, `$2` …). */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** Its text is not used again, because its values stand in it: it is not worth preparing. */
  readonly isOnce?: boolean;
}

/** What pg's connection offers for the extended query protocol, of which its type declarations know nothing. */
export interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: {
    statement: string;
    values: readonly unknown[];
    valueMapper: (value: unknown) => string | Buffer | null;
  }): void;
  describe(message: { type: 'S'; name: string }): void;
  execute(message: object): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

/** How a statement of a batch ended: with its result, or with the error that ended the batch at or before it. */
export type Ending = { readonly result: QueryResult } | { readonly error: unknown };

/** A parameter as PostgreSQL reads it. */
function boundValue(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return value;
  return textOf(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const elementOf = (value: unknown): string =>
  value === null || value === undefined ? 'NULL' : `"${textOf(value).replace(/[\\"]/g, '\\$&')}"`;

/**
 * Several statements in one message and one answer (extended query protocol: Parse, Bind, Execute for each, then one
 * Sync). The first that fails ends the batch; PostgreSQL skips the rest of it. Statements are prepared under a name
 * the first time a connection sees them, so that later ones are neither parsed nor planned nor described again.
 *
 * Given to pg's `Client.query`, which hands the connection's messages on to it until the answer is complete.
 */
export class StatementBatch {
  readonly #statements: readonly Statement[];
  readonly #prepared: PreparedStatements;
  readonly #end: (endings: readonly Ending[]) => void;
  readonly #plans: Prepared[] = [];
  readonly #endings: Ending[] = [];
  #rows: Record<string, unknown>[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(
    statements: readonly Statement[],
    prepared: PreparedStatements,
    end: (endings: readonly Ending[]) => void,
  ) {
    this.#statements = statements;
    this.#prepared = prepared;
    this.#end = end;
  }

  submit(wire: Wire): void {
    wire.stream.cork();
    for (const { text, parameters, isOnce } of this.#statements) {
      const { plan, isNew, evicted } = isOnce ? onceOnly() : this.#prepared.take(text);
      this.#plans.push(plan);
      if (evicted) wire.close({ type: 'S', name: evicted });
      if (isNew) {
        wire.parse({ name: plan.name, text });
        wire.describe({ type: 'S', name: plan.name });
      }
      wire.bind({ statement: plan.name, values: parameters, valueMapper: boundValue });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription(message: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const plan = this.#plans[this.#endings.length];
    if (plan) this.#prepared.describe(plan, message.fields);
  }

  handleDataRow(message: { fields: readonly (string | null)[] }): void {
    const columns = this.#plans[this.#endings.length]?.columns ?? [];
    const row: Record<string, unknown> = {};
    for (const [index, { name, parse }] of columns.entries()) {
      const text = message.fields[index];
      row[name] = text === null || text === undefined ? null : parse(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete(message: { text: string }): void {
    const [command = '', ...numbers] = message.text.split(' ');
    const rows = this.#rows;
    this.#rows = [];
    const last = numbers.at(-1);
    this.#endings.push({
      result: { command, rowCount: last === undefined ? null : Number(last), oid: 0, fields: [], rows },
    });
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  handleError(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    // Whether those from here on were prepared cannot be known: they are prepared anew, under another name.
    for (let at = this.#endings.length; at < this.#statements.length; at += 1) {
      const statement = this.#statements[at];
      if (statement) this.#prepared.forget(statement.text);
    }
    this.#finish();
  }

  handleReadyForQuery(): void {
    if (!this.#failure) this.#finish();
  }

  #finish(): void {
    const rest = this.#failure ?? { error: new Error('PostgreSQL answered fewer statements than it was sent.') };
    while (this.#endings.length < this.#statements.length) this.#endings.push(rest);
    this.#end(this.#endings);
  }
}
