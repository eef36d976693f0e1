import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/postgresql';
import { startEmbeddedPostgres } from '@ordergraph/embedded-postgres';
import { connectMigrator, type SubgraphDefinition } from '@ordergraph/subgraph-server';
import { applicationRole, relayRole } from '@ordergraph/tenancy';
import { Client } from 'pg';

async function definitionOf(subgraph: string): Promise<SubgraphDefinition> {
  // Every subgraph exports its definition under the same name.
  const module: { definition: SubgraphDefinition } = await import(`../../subgraphs/${subgraph}/src/index.ts`);
  return module.definition;
}

async function withThrowAwayServer(work: (ownerUrl: string) => Promise<void>): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'ordergraph-migrations-'));
  const server = await startEmbeddedPostgres({ dataDirectory, durable: false });
  try {
    await work(server.superuserUrl);
  } finally {
    await server.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

async function execute(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Each subgraph in a database of its own: to one migrator the tables of another are tables to drop. */
async function withSubgraph(
  serverUrl: string,
  subgraph: string,
  work: (orm: MikroORM) => Promise<void>,
): Promise<void> {
  const definition = await definitionOf(subgraph);
  const roles = [applicationRole(subgraph), relayRole(subgraph)].map((role) => `create role "${role}" login`);
  await execute(serverUrl, ...roles, `create database "${subgraph}"`);
  const owner = new URL(serverUrl);
  owner.pathname = `/${subgraph}`;
  await execute(owner.href, `create schema "${subgraph}"`);
  const orm = await connectMigrator(definition, owner.href);
  try {
    await work(orm);
  } finally {
    await orm.close(true);
  }
}

/** Hands over a subgraph's migrator on an empty throw-away database. */
export async function withMigrator(subgraph: string, work: (orm: MikroORM) => Promise<void>): Promise<void> {
  await withThrowAwayServer((ownerUrl) => withSubgraph(ownerUrl, subgraph, work));
}

/** Migrates every subgraph from nothing and says where its entities ask for more than its migrations give. */
export async function checkMigrations(subgraphs: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  await withThrowAwayServer(async (ownerUrl) => {
    for (const subgraph of subgraphs) {
      await withSubgraph(ownerUrl, subgraph, async (orm) => {
        await orm.migrator.up();
        const { up } = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false });
        if (up.trim() !== '') {
          problems.push(
            `The entities of ${subgraph} differ from its migrations. Run: npm run migration -- ${subgraph} <name>\n${up}`,
          );
        }
      });
    }
  });
  return problems;
}
