import type { Server } from 'node:http';
import { getOperationAST, GraphQLError, GraphQLSchema, parse, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { codedError } from './errors.ts';
import type { RunningSubgraph } from './start-subgraph.ts';

const maxMessageBytes = 1_000_000;
const maxTokens = 20_000;
// The server looks for dead gateways; one that went without a word keeps no subscription for longer.
const keepAliveMs = 10_000;

/** What a subscribe message says beside its document. */
interface Asked {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly context: string;
}

const askedBy = new WeakMap<ExecutionArgs, Asked>();

/**
 * Serves a subgraph's subscriptions to gateways over `graphql-transport-ws` at `/graphql`. One connection carries the
 * subscriptions of many principals, so each subscribe message brings its own signed context, in `extensions.context`.
 */
export function serveSubscriptions(server: Server, subgraph: RunningSubgraph): { stop(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });

  const subscribe = async (args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> => {
    const asked = askedBy.get(args);
    if (!asked) throw new Error('Every subscription passes onSubscribe first.');
    const { operationName } = args;
    return subgraph.subscribe({ ...asked, ...(operationName == null ? {} : { operationName }) });
  };
  const gateways = useServer(
    {
      onSubscribe(_socket, _id, { query, variables, operationName, extensions }) {
        const document = readDocument(query);
        if (document instanceof GraphQLError) return [document];
        if (getOperationAST(document, operationName)?.operation !== 'subscription') {
          return [codedError('BAD_USER_INPUT', 'Only subscriptions come over a socket; send the rest by POST.')];
        }
        const context = extensions?.['context'];
        const args: ExecutionArgs = { schema: unused, document, operationName: operationName ?? null };
        askedBy.set(args, { query, variables: variables ?? {}, context: typeof context === 'string' ? context : '' });
        return args;
      },
      subscribe,
    },
    sockets,
    keepAliveMs,
  );

  server.on('upgrade', (request, socket, head) => {
    if ((request.url ?? '').split('?')[0] !== '/graphql') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
  });
  return {
    async stop() {
      await gateways.dispose();
    },
  };
}

// graphql-ws asks for a schema wherever it does not call one itself.
const unused = new GraphQLSchema({});

function readDocument(query: string): ReturnType<typeof parse> | GraphQLError {
  try {
    return parse(query, { maxTokens, noLocation: true });
  } catch (error) {
    return error instanceof GraphQLError ? error : codedError('BAD_USER_INPUT', 'The document cannot be read.');
  }
}
