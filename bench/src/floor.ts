import { randomInt, randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';

/** The least that a durable PostgreSQL needs for one checkout: the rows that it leaves, in one transaction. */
export interface Floor {
  readonly rows: number;
  write(n: number): Promise<void>;
  close(): Promise<void>;
}

interface Sample {
  readonly table: string;
  readonly rows: string;
}

type Counts = ReadonlyMap<string, number>;

/** How many rows each table has received so far. */
export async function insertedRows(databaseUrl: string): Promise<Counts> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  // Statistics of other sessions arrive with their next idle moment; asking for them now makes PostgreSQL collect them.
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string; n: string }>(
    `select format('%I.%I', schemaname, relname) as name, n_tup_ins as n from pg_stat_user_tables where schemaname not in ('floor', 'public')`,
  );
  await client.end();
  return new Map(rows.map(({ name, n }) => [name, Number(n)]));
}

/** Copies of the tables without their unique keys, filled by writing again what checkouts wrote, under new ids. */
export async function makeFloor(databaseUrl: string, before: Counts, after: Counts, checkouts: number): Promise<Floor> {
  const pool = new Pool({ connectionString: databaseUrl, max: 32 });
  await pool.query('create schema if not exists floor');
  const samples: Sample[] = [];
  let total = 0;
  for (const [name, n] of after) {
    const perCheckout = Math.round((n - (before.get(name) ?? 0)) / checkouts);
    if (perCheckout === 0) continue;
    total += perCheckout;
    const table = `floor."${name.replaceAll('"', '').replace('.', '_')}"`;
    await pool.query(`create table ${table} (like ${name} including defaults including storage)`);
    const indices = await pool.query<{ indexdef: string }>(
      `select indexdef from pg_indexes where format('%I.%I', schemaname, tablename) = $1`,
      [name],
    );
    for (const { indexdef } of indices.rows) {
      await pool.query(indexdef.replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+/, `create index on ${table}`));
    }
    const sample = await pool.query<{ rows: string }>(
      `select jsonb_agg(to_jsonb(s))::text as rows from (select * from ${name} order by ctid desc limit ${perCheckout}) s`,
    );
    samples.push({ table, rows: sample.rows[0]?.rows ?? '[]' });
  }

  const uuid = /"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/g;
  return {
    rows: total,
    async write() {
      const renamed = new Map<string, string>();
      const client = await pool.connect();
      try {
        await client.query('begin');
        for (const { table, rows } of samples) {
          const fresh = rows
            .replace(uuid, (id) => renamed.get(id) ?? (renamed.set(id, `"${randomUUID()}"`), renamed.get(id) ?? id))
            .replace(/"id": (\d+)/g, () => `"id": ${randomInt(2 ** 40)}`);
          await client.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1)`, [
            fresh,
          ]);
        }
        await client.query('commit');
      } finally {
        client.release();
      }
    },
    async close() {
      await pool.query('drop schema floor cascade');
      await pool.end();
    },
  };
}
