import type { QueryResult } from 'pg';
import { onceOnly, type PreparedStatements, type Taken } from './prepared-statements.ts';

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
  bind(message: { statement: string; values: readonly (string | Buffer | null)[] }): void;
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
  readonly #taken: Taken[] = [];
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

  /** Sends the batch. Answers an error, with nothing sent, for a parameter that cannot be sent. */
  submit(wire: Wire): Error | undefined {
    let bound: (string | Buffer | null)[][];
    try {
      bound = this.#statements.map(({ parameters }) => parameters.map(boundValue));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    wire.stream.cork();
    for (const name of this.#prepared.givenUp()) wire.close({ type: 'S', name });
    for (const [index, { text, isOnce }] of this.#statements.entries()) {
      const taken = isOnce ? onceOnly() : this.#prepared.take(text);
      const { name } = taken.plan;
      this.#taken.push(taken);
      if (taken.isNew) {
        wire.parse({ name, text });
        wire.describe({ type: 'S', name });
      }
      wire.bind({ statement: name, values: bound[index] ?? [] });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
    return undefined;
  }

  handleRowDescription(message: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const plan = this.#taken[this.#endings.length]?.plan;
    if (plan) this.#prepared.describe(plan, message.fields);
  }

  handleDataRow(message: { fields: readonly (string | null)[] }): void {
    const columns = this.#taken[this.#endings.length]?.plan.columns ?? [];
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
    // A batch that is a transaction by itself commits at its end: what was answered before that did not come true.
    if (this.#endings.length === this.#statements.length) this.#endings.pop();
    // Whether those from here on were prepared for the first time cannot be known, and the plan of the one that failed
    // may be the reason: they are prepared anew, under another name.
    const failed = this.#endings.length;
    for (const [index, { plan, isNew }] of this.#taken.entries()) {
      if (index === failed || (index > failed && isNew))
        this.#prepared.forget(this.#statements[index]?.text ?? '', plan);
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
