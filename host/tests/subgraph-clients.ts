import {
  createHttpClient,
  createInProcessClient,
  type HttpSubgraphClient,
  type SubgraphClient,
} from '@ordergraph/gateway';
import type { TestHouse } from '@ordergraph/testing';

/** How a gateway of a test reaches the subgraphs of its house. */
export interface SubgraphClients {
  to(name: string): SubgraphClient;
  close(): Promise<void>;
}

/** In process, or over HTTP and graphql-ws where they are served; `onCall` hears of each call. */
export function clientsOf(house: TestHouse, onCall: (name: string) => void = () => undefined): SubgraphClients {
  const overHttp: HttpSubgraphClient[] = [];

  function open(name: string): SubgraphClient {
    const url = house.address(name);
    if (url === null) {
      const { execute, subscribe } = house.subgraph(name);
      return createInProcessClient({ name, execute, subscribe });
    }
    const client = createHttpClient({ name, url });
    overHttp.push(client);
    return client;
  }

  return {
    to(name) {
      const { process, subscribe } = open(name);
      return {
        process(fetch) {
          onCall(name);
          return process(fetch);
        },
        async subscribe(subscription) {
          onCall(name);
          if (!subscribe) throw new Error(`There is no way to subscriptions of ${name}.`);
          return subscribe(subscription);
        },
      };
    },
    async close() {
      await Promise.all(overHttp.map((client) => client.close()));
    },
  };
}
