import type { ClientBase } from 'pg';

/** What an oracle may ask about: only what the database itself says. */
export interface Installation {
  /** The schemas that have an outbox. */
  readonly subgraphs: readonly string[];
  /** Who has ever taken something from whom. */
  readonly subscriptions: readonly { readonly consumer: string; readonly publisher: string }[];
}

/** A statement that must hold, and a query for whatever breaks it. */
export interface Oracle {
  /** Unique, and in the order of the report. */
  readonly name: string;
  /** The invariants that it decides, by their names in the documents. */
  readonly invariants: readonly string[];
  /** What holds. */
  readonly sentence: string;
  /** True when it holds once what is under way has arrived: a row counts only if it stays. */
  readonly settles?: boolean;
  /** Answers `tenant`, `subject` and `found`, one row per violation. Null when there is nothing to ask. */
  sql(installation: Installation): string | null;
}

/** One thing that is not as it must be. */
export interface Violation {
  readonly tenant: string | null;
  readonly subject: string;
  readonly found: string;
}

/** Reads from the catalogue and the messages' own tables what is installed. */
export async function findInstallation(client: ClientBase): Promise<Installation> {
  const { rows } = await client.query<{ name: string }>(
    `select table_schema as name from information_schema.tables where table_name = 'outbox' order by 1`,
  );
  const subgraphs = rows.map(({ name }) => name);
  const parts = subgraphs.map(
    (name) => `select '${name}' as consumer, publisher from (
      select publisher from "${name}".consumer_mark union select publisher from "${name}".inbox
      union select publisher from "${name}".parked_event) p`,
  );
  const pairs =
    parts.length === 0
      ? []
      : (await client.query<{ consumer: string; publisher: string }>(`${parts.join(' union all ')} order by 1, 2`))
          .rows;
  return { subgraphs, subscriptions: pairs.filter(({ publisher }) => subgraphs.includes(publisher)) };
}

/** What breaks an oracle's statement at this moment. */
export async function look(client: ClientBase, oracle: Oracle, installation: Installation): Promise<Violation[]> {
  const sql = oracle.sql(installation);
  if (sql === null) return [];
  const { rows } = await client.query<Violation>(
    `select tenant::text, subject::text, found::text from (${sql}) violations order by 1, 2, 3`,
  );
  return rows;
}

/** One query per subgraph, as one. */
export const forEach = (names: readonly string[], sql: (name: string) => string): string | null =>
  names.length === 0 ? null : names.map(sql).join(' union all ');
