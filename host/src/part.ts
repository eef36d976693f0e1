import type { SubgraphName } from '@ordergraph/schema';
import { serveSubgraph } from '@ordergraph/subgraph-server';
import { assertPrepared, databaseAt } from './database.ts';
import { loadDefinitions } from './definitions.ts';
import type { Environment } from './environment.ts';
import { findKeys } from './keys.ts';
import { startSubgraphs } from './subgraphs.ts';

/** Starts one subgraph alone, behind HTTP. */
export async function startPart(
  environment: Environment,
  name: SubgraphName,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const { databaseUrl, hostname, port } = environment;
  if (!databaseUrl) throw new Error(`${name} alone needs a database. Set DATABASE_URL.`);
  const keys = findKeys(environment, { kind: 'subgraph', name });
  const database = databaseAt(databaseUrl, environment);
  await assertPrepared(database, name);
  const definitions = await loadDefinitions([name]);
  const subgraphs = await startSubgraphs({ environment, definitions, database, keys });
  try {
    const served = await serveSubgraph(subgraphs.find(name), { port, hostname: hostname ?? '0.0.0.0' });
    return {
      url: `http://localhost:${served.port}`,
      async stop() {
        await served.stop();
        await subgraphs.stop();
      },
    };
  } catch (error) {
    await subgraphs.stop();
    throw error;
  }
}
