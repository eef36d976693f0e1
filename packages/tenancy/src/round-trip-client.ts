import { Client, escapeLiteral, type QueryResult } from 'pg';

/** Put before a transaction's last statement: it and the commit then travel together. */
export const lastStatement = '/* last */ ';

type Phase =
  | 'none'
  // The transaction has been asked for, and PostgreSQL has not heard of it yet.
  | 'asked'
  | 'open'
  // The last statement took the commit along.
  | 'committed';

const locking = /\bfor (update|share|no key update|key share)\b|\b(nextval|set_config|pg_\w*lock\w*)\s*\(/i;
const isPlainRead = (statement: string): boolean => /^\s*select\b/i.test(statement) && !locking.test(statement);

/** A value as PostgreSQL reads it from text. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const elementOf = (value: unknown): string =>
  value === null || value === undefined ? 'NULL' : `"${textOf(value).replace(/[\\"]/g, '\\$&')}"`;

const literalOf = (value: unknown): string =>
  value === null || value === undefined ? 'null' : escapeLiteral(textOf(value));

/** The statement with its parameters as literals: what the simple query protocol takes, several at a time. */
function inline(statement: string, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return statement;
  return statement.replace(/\$(\d+)/g, (_match, index: string) => literalOf(parameters[Number(index) - 1]));
}

const acknowledged = (command: string): QueryResult => ({ command, rowCount: 0, oid: 0, fields: [], rows: [] });

/**
 * A PostgreSQL connection that spares round trips, each of which costs more than most of our statements. `begin`, the
 * session variables and the first statement travel as one message, and so do the last statement and `commit`. Plain
 * reads before the first write run by themselves with the variables set: under READ COMMITTED every statement has its
 * own snapshot anyway, so they see the same as inside the transaction. A transaction that only reads is one round trip
 * per read and never becomes a transaction at all.
 */
export class RoundTripClient extends Client {
  #phase: Phase = 'none';
  #variables = '';

  // The base class has overloads for callbacks and streams, which only pass through.
  override query(...given: never[]): never {
    const [statement, parameters = []] = given as unknown[];
    if (typeof statement !== 'string' || !Array.isArray(parameters) || given.length > 2) {
      return Reflect.apply(super.query, this, given) as never;
    }
    // Callers with a text and an array of parameters await a promise of the result.
    return this.#run(statement, parameters) as never;
  }

  async #run(statement: string, parameters: readonly unknown[]): Promise<QueryResult> {
    if (statement === 'begin' && this.#phase === 'none') {
      this.#phase = 'asked';
      this.#variables = '';
      return acknowledged('BEGIN');
    }
    if (statement === 'commit' || statement === 'rollback') return this.#end(statement);
    if (this.#phase === 'none' || this.#phase === 'committed') return this.#send([], inline(statement, parameters));
    if (this.#phase === 'asked' && statement.startsWith('select set_config(')) {
      this.#variables = inline(statement, parameters);
      return acknowledged('SELECT');
    }
    const text = inline(statement, parameters);
    const isLast = text.startsWith(lastStatement);
    if (this.#phase === 'open') {
      const result = await this.#send([], text, isLast ? ['commit'] : []);
      if (isLast) this.#phase = 'committed';
      return result;
    }

    const variables = this.#variables === '' ? [] : [this.#variables];
    // Several statements in one message are one transaction by themselves.
    if (isPlainRead(text)) return this.#send(variables, text);
    if (isLast) {
      const result = await this.#send(variables, text);
      this.#phase = 'committed';
      return result;
    }
    this.#phase = 'open';
    return this.#send(['begin', ...variables], text);
  }

  async #end(statement: 'commit' | 'rollback'): Promise<QueryResult> {
    const wasOpen = this.#phase === 'open';
    const isUnknown = this.#phase === 'none';
    this.#phase = 'none';
    if (wasOpen || isUnknown) return this.#send([], statement);
    return acknowledged(statement.toUpperCase());
  }

  async #send(before: readonly string[], statement: string, after: readonly string[] = []): Promise<QueryResult> {
    const answer: unknown = await super.query([...before, statement, ...after].join(';\n'));
    // One result per statement, in a list as soon as there are several.
    return (Array.isArray(answer) ? answer[before.length] : answer) as QueryResult;
  }
}
