import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  createContextSigner,
  createContextVerifier,
  createTokenIssuer,
  generateSigningKey,
  IdentityError,
  internalContextHeader,
  publicJwksOf,
  type ActorType,
  type SubgraphExecutor,
  type SubgraphRequest,
  type Viewer,
} from '@ordergraph/identity';
import { execute, GraphQLError, parse, type ExecutionResult } from 'graphql';
import { createGateway, createInProcessClient, silentLog, type Gateway, type GatewayOptions } from '../src/index.ts';

export const acme = '0193a1b2-0000-7000-8000-000000000001';
export const bolt = '0193a1b2-0000-7000-8000-000000000002';
export const stranger = '0193a1b2-0000-7000-8000-000000000003';
const staffId = '0193a1b2-0000-7000-8000-0000000000aa';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@cost", "@listSize"])`;

const sources: Record<string, string> = {
  catalog: `${link}
    type Query {
      whoAmI: String
      product(id: ID!): Product
      products(first: Int = 10): [Product!] @listSize(slicingArguments: ["first"])
      search(terms: [String!]!, where: JSON): [Product!]
      broken: String
      refused: String
      slow: String
    }
    type Mutation { productRename(input: ProductRenameInput!): Product slowRename: String }
    input ProductRenameInput { id: ID! title: String! cartId: String }
    scalar JSON
    type Product @key(fields: "id") { id: ID! title: String related(first: Int): [Product!] @listSize(slicingArguments: ["first"]) price: Int @cost(weight: 5) }`,
  stock: `${link}
    type Query { warehouse: String }
    type Product @key(fields: "id") { id: ID! onHand: Int label: String }`,
};

/** The fixture's supergraph: products of one subgraph, their stock in another. */
export const supergraphSdl = compose();

function compose(): string {
  const services = Object.entries(sources).map(([name, sdl]) => ({
    name,
    url: `http://127.0.0.1:1/${name}`,
    typeDefs: parse(sdl),
  }));
  const { supergraphSdl: sdl, errors } = composeServices(services);
  if (!sdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return sdl;
}

const productOf = (id: string): { id: string; title: string } => ({ id, title: `Product ${id}` });

/** Resolves once `release` is called, so that a test decides when a slow subgraph answers. */
export function heldBack(): { wait: Promise<string>; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { wait: promise, release: () => resolve('at last') };
}

/** What a test may play on a subgraph. */
export interface Played {
  slow?: () => Promise<string>;
  seen?: (request: SubgraphRequest, viewer: Viewer | undefined) => void;
}

const schemas = {
  catalog: (played: Played) =>
    buildSubgraphSchema([
      {
        typeDefs: parse(sources['catalog'] ?? ''),
        resolvers: {
          Query: {
            whoAmI: (_source: unknown, _arguments: unknown, viewer: Viewer | undefined) => JSON.stringify(viewer),
            product: (_source: unknown, { id }: { id: string }) => productOf(id),
            products: (_source: unknown, { first }: { first: number }) =>
              Array.from({ length: first }, (_, index) => productOf(String(index))),
            search: () => [],
            broken: () => {
              throw new Error('relation "orders.secret" does not exist: select * from orders.secret');
            },
            refused: () => {
              throw new GraphQLError('You need read_orders.', {
                extensions: { code: 'FORBIDDEN', requiredScopes: ['read_orders'], query: 'select 1' },
              });
            },
            slow: () => played.slow?.() ?? 'quick',
          },
          Mutation: {
            productRename: (_source: unknown, { input }: { input: { id: string; title: string } }) => input,
            slowRename: () => played.slow?.() ?? 'quick',
          },
          Product: { __resolveReference: ({ id }: { id: string }) => productOf(id), related: () => [] },
        },
      },
    ]),
  stock: (_played: Played) =>
    buildSubgraphSchema([
      {
        typeDefs: parse(sources['stock'] ?? ''),
        resolvers: {
          Query: { warehouse: () => 'Limerick' },
          Product: { __resolveReference: ({ id }: { id: string }) => ({ id, onHand: 7, label: `Shelf ${id}` }) },
        },
      },
    ]),
};

export type SubgraphName = keyof typeof schemas;

/** Makes a subgraph's executor; with keys it answers the gateway only, as ours do. */
export function anExecutor(
  name: SubgraphName,
  options: { verifier?: ReturnType<typeof createContextVerifier>; played?: Played } = {},
): SubgraphExecutor {
  const { verifier, played = {} } = options;
  const schema = schemas[name](played);
  return async (request): Promise<ExecutionResult> => {
    let viewer: Viewer | undefined;
    try {
      viewer = verifier?.verify(request.context, { subgraph: name, body: request });
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      return { errors: [new GraphQLError(error.message, { extensions: { code: error.code } })] };
    }
    played.seen?.(request, viewer);
    return execute({ schema, document: parse(request.query), variableValues: request.variables, contextValue: viewer });
  };
}

/** A gateway over the fixture in one process, with an issuer whose tokens it accepts. */
export async function aGateway(
  options: Partial<GatewayOptions> & {
    executors?: Partial<Record<SubgraphName, SubgraphExecutor>>;
    played?: Played;
  } = {},
) {
  const { executors, played, ...overrides } = options;
  const gatewayKey = generateSigningKey();
  const contextSigner = createContextSigner(gatewayKey);
  const verifier = createContextVerifier(publicJwksOf(gatewayKey), Date.now, contextSigner);
  const tokens = createTokenIssuer({
    issuer: 'https://sign-in.example',
    audience: 'ordergraph',
    privateKeyJwk: generateSigningKey(),
  });
  const executorOf = (name: string): SubgraphExecutor => {
    if (name !== 'catalog' && name !== 'stock') throw new Error(`The fixture has no subgraph ${name}.`);
    return executors?.[name] ?? anExecutor(name, { verifier, ...(played ? { played } : {}) });
  };
  const gateway = await createGateway({
    supergraph: { sdl: supergraphSdl },
    subgraphClient: (name) => createInProcessClient({ name, execute: executorOf(name) }),
    issuers: [{ issuer: 'https://sign-in.example', audience: 'ordergraph', jwks: tokens.jwks() }],
    contextSigner,
    log: silentLog,
    ...overrides,
  });
  const tokenOf = (actorType: ActorType, merchants: string[], scopes: string[] = []): string =>
    tokens.issue({ subject: staffId, actorType, merchants, scopes }, 600);
  const staff = { authorization: `Bearer ${tokenOf('STAFF', [acme], ['read_orders'])}` };
  return { gateway, gatewayKey, tokens, tokenOf, staff, [Symbol.asyncDispose]: () => gateway.stop({ drainMs: 1_000 }) };
}

/** Opens a gateway on a free port. */
export async function listening(gateway: Gateway): Promise<string> {
  const { url } = await gateway.listen(0);
  return url;
}

/** A subgraph behind HTTP. */
export async function aSubgraphServer(
  answer: (request: { body: string; headers: IncomingMessage['headers'] }) => Promise<{ status: number; body: string }>,
): Promise<{ url: string; calls: () => number; server: Server; [Symbol.asyncDispose]: () => Promise<void> }> {
  let calls = 0;
  const server = createServer((request, response) => {
    calls++;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answer({ body: Buffer.concat(chunks).toString(), headers: request.headers }).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    calls: () => calls,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers HTTP requests with an executor, as a subgraph does. */
export function overHttp(run: SubgraphExecutor): Parameters<typeof aSubgraphServer>[0] {
  return async ({ body, headers }) => {
    const { query, variables }: { query: string; variables: Record<string, unknown> } = JSON.parse(body);
    const context = headers[internalContextHeader];
    const result = await run({ query, variables, context: typeof context === 'string' ? context : '' });
    return { status: 200, body: JSON.stringify(result) };
  };
}
