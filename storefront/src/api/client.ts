import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient as createSocketClient } from 'graphql-ws';
import type { TokenKeeper } from '../session/keep-token.ts';
import { authorisedFetch } from './authorised-fetch.ts';
import { createSocketSession, type Sender } from './socket-session.ts';

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
export function createClient(tokens: TokenKeeper): ApolloClient {
  const session = createSocketSession(tokens);
  const socket = createSocketClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: session.connectionParams,
    keepAlive: keepAliveMs,
    lazyCloseTimeout: 5_000,
    // `follow` tries again, behind the last update: this client would ask with the cursor it was given at first.
    retryAttempts: 0,
    shouldRetry: () => false,
    on: {
      connected(socket) {
        connected.add(client);
        // The browser's own WebSocket: no other implementation is given above.
        session.connected(socket as Sender);
      },
      closed(event) {
        connected.delete(client);
        session.closed(event instanceof CloseEvent ? event.code : null);
      },
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
      new HttpLink({ uri: '/graphql', fetch: authorisedFetch(tokens) }),
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
