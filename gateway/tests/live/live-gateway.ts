import { createServer } from 'node:http';
import { once } from 'node:events';
import {
  createContextSigner,
  createContextVerifier,
  createTokenIssuer,
  generateSigningKey,
  IdentityError,
  internalContextHeader,
  publicJwksOf,
  type ActorType,
  type ContextVerifier,
  type SubgraphExecutor,
  type SubgraphRequest,
  type SubgraphSubscriber,
  type Viewer,
} from '@ordergraph/identity';
import { execute, GraphQLError, parse, subscribe, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { createClient, makeServer, type Client } from 'graphql-ws';
import { WebSocket, WebSocketServer } from 'ws';
import {
  createGateway,
  createHttpClient,
  createInProcessClient,
  silentLog,
  type Gateway,
  type GatewayOptions,
  type SubgraphClient,
} from '../../src/index.ts';
import { SubgraphDown } from '../../src/subgraph-clients/subgraph-down.ts';
import { composeWorld, schemaOf, subgraphNames, type SubgraphName } from './shipping-world.ts';
import { aWorld, type World } from './world.ts';

export const acme = '0193a1b2-0000-7000-8000-000000000001';
export const bolt = '0193a1b2-0000-7000-8000-000000000002';
export const ada = '0193a1b2-0000-7000-8000-0000000000aa';
export const bob = '0193a1b2-0000-7000-8000-0000000000bb';

/** A subgraph that answers its gateway only, and notes what it is asked. */
export interface FixtureSubgraph {
  readonly execute: SubgraphExecutor;
  readonly subscribe: SubgraphSubscriber;
  readonly seen: { request: SubgraphRequest; viewer: Viewer }[];
}

export function aSubgraph(name: SubgraphName, world: World, verifier: ContextVerifier, sdl?: string): FixtureSubgraph {
  const schema = schemaOf(name, world, sdl);
  const seen: FixtureSubgraph['seen'] = [];
  const argsOf = (request: SubgraphRequest): ExecutionArgs | GraphQLError => {
    try {
      const viewer = verifier.verify(request.context, { subgraph: name, body: request });
      seen.push({ request, viewer });
      return {
        schema,
        document: request.document ?? parse(request.query),
        variableValues: request.variables,
        contextValue: { viewer },
      };
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return new GraphQLError(error.message, { extensions: { code: error.code } });
    }
  };
  return {
    seen,
    async execute(request) {
      const args = argsOf(request);
      return args instanceof GraphQLError ? { errors: [args] } : execute(args);
    },
    async subscribe(request) {
      const args = argsOf(request);
      return args instanceof GraphQLError ? { errors: [args] } : subscribe(args);
    },
  };
}

/** Serves a subgraph over HTTP and graphql-ws, as one that runs alone does. */
export async function served(subgraph: FixtureSubgraph) {
  const asked = new WeakMap<object, SubgraphRequest>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { query, variables }: { query: string; variables: Record<string, unknown> } = JSON.parse(
        Buffer.concat(chunks).toString(),
      );
      const context = request.headers[internalContextHeader];
      void subgraph
        .execute({ query, variables, context: typeof context === 'string' ? context : '' })
        .then((result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result)));
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  const protocol = makeServer<Record<string, unknown>, object>({
    onSubscribe(_socket, _id, { query, variables, extensions }) {
      const document = parse(query);
      const args: ExecutionArgs = { schema: schemaOf('people', aWorld()), document };
      asked.set(args, { query, variables: variables ?? {}, context: String(extensions?.['context'] ?? ''), document });
      return args;
    },
    async subscribe(args) {
      const request = asked.get(args);
      if (!request) throw new Error('Every subscription passes onSubscribe.');
      return subgraph.subscribe(request);
    },
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const closed = protocol.opened(
        {
          protocol: opened.protocol,
          send: (data) => new Promise((resolve) => opened.send(data, () => resolve())),
          close: (code, reason) => opened.close(code, reason),
          onMessage: (receive) => opened.on('message', (data) => void receive(String(data))),
        },
        {},
      );
      opened.once('close', (code, reason) => void closed(code, String(reason)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/graphql`,
    connections: () => sockets.clients.size,
    /** Cuts all connections without a word, as a broken network does. */
    cut() {
      for (const client of sockets.clients) client.terminate();
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Mode = 'in process' | 'distributed';

/** A listening gateway over the world, whose subgraphs run in the same process or behind HTTP and graphql-ws. */
export async function aLiveGateway(
  mode: Mode,
  options: Partial<GatewayOptions> & { wrap?: (name: string, client: SubgraphClient) => SubgraphClient } = {},
) {
  const { wrap = (_name, client) => client, ...overrides } = options;
  const world = aWorld();
  const gatewayKey = generateSigningKey();
  const contextSigner = createContextSigner(gatewayKey);
  const verifier = createContextVerifier(publicJwksOf(gatewayKey), Date.now, contextSigner);
  const issuer = createTokenIssuer({
    issuer: 'https://sign-in.example',
    audience: 'ordergraph',
    privateKeyJwk: generateSigningKey(),
  });
  const subgraphs = new Map(subgraphNames.map((name) => [name, aSubgraph(name, world, verifier)]));
  const servers = new Map<string, Awaited<ReturnType<typeof served>>>();
  if (mode === 'distributed') for (const [name, subgraph] of subgraphs) servers.set(name, await served(subgraph));
  const closers: (() => Promise<void>)[] = [];
  const find = (name: string): FixtureSubgraph => {
    const found = [...subgraphs].find(([known]) => known === name)?.[1];
    if (!found) throw new Error(`The fixture has no subgraph ${name}.`);
    return found;
  };

  const gateway = await createGateway({
    supergraph: { sdl: composeWorld() },
    subgraphClient(name) {
      if (mode === 'in process') return wrap(name, createInProcessClient({ name, ...find(name) }));
      const client = createHttpClient({ name, url: servers.get(name)?.url ?? '' });
      closers.push(() => client.close());
      return wrap(name, client);
    },
    issuers: [{ issuer: 'https://sign-in.example', audience: 'ordergraph', jwks: issuer.jwks() }],
    contextSigner,
    log: silentLog,
    ...overrides,
  });
  const { url } = await gateway.listen(0);
  const tokenOf = (
    of: { subject?: string; type?: ActorType; merchants?: string[]; scopes?: string[] } = {},
    ttlSeconds = 600,
  ): string => {
    const { subject = ada, type = 'STAFF', merchants = [acme], scopes = ['read_shipping', 'read_orders'] } = of;
    return issuer.issue({ subject, actorType: type, merchants, scopes }, ttlSeconds);
  };
  const clients: Client[] = [];
  return {
    gateway,
    contextSigner,
    world,
    url,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    subgraph: find,
    servers,
    tokenOf,
    /** An unmodified graphql-ws client. */
    client(token: string | (() => string) = tokenOf(), more: Partial<Parameters<typeof createClient>[0]> = {}): Client {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: () => ({ authorization: `Bearer ${typeof token === 'string' ? token : token()}` }),
        retryAttempts: 0,
        ...more,
      });
      clients.push(client);
      return client;
    },
    async query(query: string, variables: Record<string, unknown> = {}, token = tokenOf()) {
      return (await gateway.execute({ query, variables, headers: { authorization: `Bearer ${token}` } })).result;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.dispose();
      await gateway.stop({ drainMs: 200 });
      await Promise.all(closers.map((close) => close()));
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** A wrap for `aLiveGateway`, under which the shipping subgraph takes no subscriptions while `isAway`. */
export const awayWhen =
  (isAway: () => boolean, refused: { count: number }) =>
  (name: string, client: SubgraphClient): SubgraphClient =>
    name === 'shipping'
      ? {
          ...client,
          async subscribe(request) {
            if (isAway()) {
              refused.count++;
              throw new SubgraphDown('The subgraph "shipping" is away.');
            }
            return client.subscribe?.(request) ?? { errors: [] };
          },
        }
      : client;

export type LiveGateway = Awaited<ReturnType<typeof aLiveGateway>>;

/** Resolves as soon as something is so; nothing here waits for time to pass. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > withinMs) throw new Error(`It never came about that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Reads a subscription, one result after the other. */
export function following(client: Client, query: string, variables: Record<string, unknown> = {}) {
  const iterator = client.iterate<Record<string, unknown>>({ query, variables });
  return {
    async next(): Promise<ExecutionResult> {
      const { done, value } = await iterator.next();
      if (done) throw new Error('The subscription is complete.');
      // The client's type of a result differs in how it names extensions.
      return value as ExecutionResult;
    },
    step: () => iterator.next(),
    stop: async () => void (await iterator.return?.()),
  };
}

export type { Gateway };
