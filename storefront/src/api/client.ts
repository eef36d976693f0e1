import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient as createSocketClient } from 'graphql-ws';
import type { Token } from '../session/token.ts';

declare module '@apollo/client' {
  export namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface WatchQuery {
        errorPolicy: 'all';
      }
      interface Query {
        errorPolicy: 'all';
      }
      interface Mutate {
        errorPolicy: 'all';
      }
    }
  }
}

const keepAliveMs = 12_000;

const connected = new WeakSet<ApolloClient>();

/** Whether the socket of a client stands at this moment. */
export const isConnected = (client: ApolloClient): boolean => connected.has(client);

/** The API as one shopper sees it: questions by HTTP, what is live by one socket that all subscriptions share. */
export function createClient(token: Token): ApolloClient {
  const authorization = `Bearer ${token.text}`;
  const socket = createSocketClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: { authorization },
    keepAlive: keepAliveMs,
    lazyCloseTimeout: 5_000,
    // `follow` tries again, behind the last update: this client would ask with the cursor it was given at first.
    retryAttempts: 0,
    shouldRetry: () => false,
    on: {
      connected: () => void connected.add(client),
      closed: () => void connected.delete(client),
    },
  });
  const client: ApolloClient = new ApolloClient({
    cache: new InMemoryCache({
      typePolicies: {
        // Values without an id: what comes later stands beside what is known, and does not wipe it out.
        PriceBreakdown: { merge: true },
      },
    }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: '/graphql', headers: { authorization } }),
    ),
    defaultOptions: {
      // A part that is down answers null for its own fields; the rest of the page is worth showing.
      watchQuery: { errorPolicy: 'all', fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' },
      query: { errorPolicy: 'all' },
      mutate: { errorPolicy: 'all' },
    },
  });
  return client;
}
