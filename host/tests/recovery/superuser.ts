import { Pool } from 'pg';
import type { KillableHouse } from './killable-house.ts';

/** Statements past all policies, on a server that may be killed in between. */
export function openSuperuser(url: string): Pick<KillableHouse, 'sql'> & { close(): Promise<void> } {
  const pool = new Pool({ connectionString: url, max: 2 });
  // It loses its connections with the server that is killed.
  pool.on('error', () => undefined);
  return {
    async sql<Row extends object>(statement: string, parameters: readonly unknown[] = []) {
      return (await pool.query<Row>(statement, [...parameters])).rows;
    },
    close: () => pool.end(),
  };
}
