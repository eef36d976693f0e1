import { Client, type QueryResult } from 'pg';
import { PreparedStatements } from './prepared-statements.ts';
import { StatementBatch, type Ending, type Statement } from './statement-batch.ts';

type Phase =
  | 'none'
  // The transaction has been asked for, and PostgreSQL has not heard of it yet.
  | 'asked'
  | 'open';

const locking = /\bfor (update|share|no key update|key share)\b|\b(nextval|set_config|pg_\w*lock\w*)\s*\(/i;
const isPlainRead = (statement: string): boolean => /^\s*select\b/i.test(statement) && !locking.test(statement);

const acknowledged = (command: string): QueryResult => ({ command, rowCount: 0, oid: 0, fields: [], rows: [] });

/**
 * A PostgreSQL connection that spares round trips, each of which costs more than most of our statements. `batch` sends
 * several prepared statements at once. What MikroORM sends through `query` is spared some as well: `begin`, the session
 * variables and the first statement travel together, and plain reads before the first write run by themselves with
 * the variables set: under READ COMMITTED every statement has its own snapshot anyway, so they see the same as inside
 * the transaction. A transaction that only reads is one round trip per read and never becomes a transaction at all.
 */
export class RoundTripClient extends Client {
  readonly #prepared = new PreparedStatements(
    // Without a format pg's declarations give a parser of text.
    (type) => this.getTypeParser(type, 'text') as (text: string) => unknown,
  );
  #phase: Phase = 'none';
  #variables = '';

  /** Runs the statements in one round trip and tells how each ended. Those after a failed one did not run. */
  batch(statements: readonly Statement[]): Promise<readonly Ending[]> {
    return new Promise((resolve) => {
      super.query(new StatementBatch(statements, this.#prepared, resolve) as never);
    });
  }

  // The base class has overloads for callbacks and streams, which only pass through.
  override query(...given: never[]): never {
    const [statement, parameters = []] = given as unknown[];
    if (typeof statement !== 'string' || !Array.isArray(parameters) || given.length > 2) {
      return Reflect.apply(super.query, this, given) as never;
    }
    // Callers with a text and an array of parameters await a promise of the result.
    return this.#run({ text: statement, parameters }) as never;
  }

  async #run(statement: Statement): Promise<QueryResult> {
    const { text } = statement;
    if (text === 'begin' && this.#phase === 'none') {
      this.#phase = 'asked';
      this.#variables = '';
      return acknowledged('BEGIN');
    }
    if (text === 'commit' || text === 'rollback') return this.#end(text);
    if (this.#phase !== 'asked') return this.#send([], statement);
    if (text.startsWith('select set_config(') && statement.parameters.length === 0) {
      this.#variables = text;
      return acknowledged('SELECT');
    }
    const variables = this.#variables === '' ? [] : [this.#variables];
    // Several statements in one message are one transaction by themselves.
    if (isPlainRead(text)) return this.#send(variables, statement);
    this.#phase = 'open';
    return this.#send(['begin', ...variables], statement);
  }

  async #end(command: 'commit' | 'rollback'): Promise<QueryResult> {
    const wasAsked = this.#phase === 'asked';
    this.#phase = 'none';
    return wasAsked ? acknowledged(command.toUpperCase()) : this.#send([], { text: command, parameters: [] });
  }

  async #send(before: readonly string[], statement: Statement): Promise<QueryResult> {
    if (statement.parameters.length > 0) {
      // The tenant's id stands in the text of what MikroORM sets.
      const first = before.map((text) => ({ text, parameters: [], isOnce: true }));
      const ending = (await this.batch([...first, statement])).at(-1);
      if (ending && 'result' in ending) return ending.result;
      throw ending?.error;
    }
    // MikroORM writes values into its statements, so there would be nothing to gain from preparing them.
    const answer: unknown = await super.query([...before, statement.text].join(';\n'));
    // One result per statement, in a list as soon as there are several.
    return (Array.isArray(answer) ? answer[before.length] : answer) as QueryResult;
  }
}
