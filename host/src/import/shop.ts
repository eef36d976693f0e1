import type { Transaction } from '@ordergraph/events';
import { findOutcomes } from '@ordergraph/events';
import type { SubgraphName } from '@ordergraph/schema';
import { once, type Outcome, type RunningSubgraph } from '@ordergraph/subgraph-server';
import { derivedId } from './derived-id.ts';

/** Finds a running subgraph by name. */
export type FindSubgraph = (name: string) => RunningSubgraph;

const call = { operation: 'import', actor: 'SYSTEM:import' } as const;

/** A command under its key. */
export interface Step {
  readonly key: string;
  command(tx: Transaction): Promise<Outcome<unknown, string>>;
}

/** One merchant, as an importer works on it: commands that happen once, and reads. */
export interface Shop {
  readonly merchantId: string;
  id(...parts: readonly string[]): string;
  /** Runs a command once in the life of the database. A refusal throws: the log says that it happened. */
  step<Value, Code extends string>(
    subgraph: SubgraphName,
    key: string,
    command: (tx: Transaction) => Promise<Outcome<Value, Code>>,
  ): Promise<Value>;
  /** Runs several such commands in one transaction. */
  steps(subgraph: SubgraphName, commands: readonly Step[]): Promise<void>;
  /** What steps came to, by key; those that did not happen yet are absent. */
  outcomes<Value>(subgraph: SubgraphName, keys: readonly string[]): Promise<ReadonlyMap<string, Value>>;
  read<Result>(subgraph: SubgraphName, reading: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

/** Opens a merchant for an importer. */
export function openShop(find: FindSubgraph, merchantId: string): Shop {
  const read = <Result>(subgraph: SubgraphName, reading: (tx: Transaction) => Promise<Result>): Promise<Result> =>
    find(subgraph).runtime.transactAsSystem(merchantId, reading);
  async function perform<Value, Code extends string>(
    tx: Transaction,
    subgraph: SubgraphName,
    key: string,
    command: (tx: Transaction) => Promise<Outcome<Value, Code>>,
  ): Promise<Value> {
    const outcome = await once(tx, subgraph, { ...call, key, input: key }, () => command(tx));
    // Thrown inside the transaction, so that a repetition tries again instead of finding the refusal.
    if (outcome.refusals) throw new Error(`${subgraph} refuses ${key}: ${outcome.refusals[0]?.message}`);
    return outcome.value;
  }

  return {
    merchantId,
    id: (...parts) => derivedId(merchantId, ...parts),
    read,
    step: (subgraph, key, command) => read(subgraph, (tx) => perform(tx, subgraph, key, command)),
    steps: (subgraph, commands) =>
      read(subgraph, async (tx) => {
        for (const { key, command } of commands) await perform(tx, subgraph, key, command);
      }),
    async outcomes<Value>(subgraph: SubgraphName, keys: readonly string[]) {
      if (keys.length === 0) return new Map<string, Value>();
      const found = await read(subgraph, (tx) => findOutcomes<{ value: Value }>(tx, subgraph, call, keys));
      return new Map([...found].map(([key, { value }]) => [key, value]));
    },
  };
}
