import { createContextSigner } from '@ordergraph/identity';
import { subgraphNames } from '@ordergraph/schema';
import { loadDefinitions } from '../definitions.ts';
import type { Environment } from '../environment.ts';
import { openDatabase, prepareDatabase } from '../house.ts';
import { findKeys } from '../keys.ts';
import { startSubgraphs, type RunningSubgraphs } from '../subgraphs.ts';

/** Starts all subgraphs in this process, without a gateway and without a port. */
export async function startSubgraphsHere(
  environment: Environment,
  onProgress: (message: string) => void,
): Promise<{ subgraphs: RunningSubgraphs; stop: () => Promise<void> }> {
  const definitions = await loadDefinitions(subgraphNames);
  const keys = findKeys(environment, { kind: 'house', here: subgraphNames });
  const database = await openDatabase(environment, onProgress);
  try {
    await prepareDatabase(database, definitions, onProgress);
    const signer = createContextSigner(keys.contextSigningKey);
    const subgraphs = await startSubgraphs({ environment, definitions, database, keys, signer });
    return {
      subgraphs,
      async stop() {
        await subgraphs.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}
