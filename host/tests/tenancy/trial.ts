import { createGateway, silentLog, type Gateway } from '@ordergraph/gateway';
import { createTokenIssuer, generateSigningKey, type ActorType } from '@ordergraph/identity';
import { readContractFile, supergraphSdl } from '@ordergraph/schema';
import { newId } from '@ordergraph/tenancy';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { Client } from 'pg';
import { allScopes } from '@ordergraph/accounts-subgraph';
import { startShop, type Shop } from '../shop.ts';
import { clientsOf } from '../subgraph-clients.ts';
import { opaqueIdsIn, rowsOf, uuidsIn, type Belongings } from './belongings.ts';
import { fillMerchant, type FilledMerchant } from './filled-merchant.ts';
import { argumentsFor, documentOf, rootFields, selectionOf } from './generated-calls.ts';

const issuer = 'https://tenancy.test';
const audience = 'ordergraph';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: unknown } }[];
}

/** Two merchants in one house, and a gateway that never tires of questions. A is the one whose things are not to be seen. */
export interface Trial {
  readonly shop: Shop;
  readonly gateway: Gateway;
  readonly superuser: Client;
  readonly a: FilledMerchant;
  readonly b: FilledMerchant;
  readonly ofA: Belongings;
  /** The API as staff have it, and as shoppers have it. */
  readonly fullSchema: GraphQLSchema;
  readonly storefront: GraphQLSchema;
  /** The subgraphs that were called, in order. */
  readonly called: string[];
  token(type: ActorType, merchants: readonly string[], id?: string): string;
  ask(
    token: string | null,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Opaque ids by type, as the merchant's staff find them by asking for everything. */
  idsOf(merchant: FilledMerchant): Promise<Map<string, Set<string>>>;
  stop(): Promise<void>;
}

export async function startTrial(): Promise<Trial> {
  const shop = await startShop();
  const { house } = shop;
  const tokens = createTokenIssuer({ issuer, audience, privateKeyJwk: generateSigningKey() });
  const called: string[] = [];
  const clients = clientsOf(house, (name) => void called.push(name));
  const gateway = await createGateway({
    supergraph: { sdl: supergraphSdl() },
    subgraphClient: clients.to,
    issuers: [{ issuer, audience, jwks: tokens.jwks() }],
    contextSigner: house.contextSigner,
    rates: false,
    log: silentLog,
  });
  const superuser = new Client({ connectionString: house.database.superuserUrl });
  await superuser.connect();
  const run = (sql: string, values: unknown[]): Promise<unknown> => superuser.query(sql, values);
  const a = await fillMerchant(shop, 'amarant', 3, run);
  const b = await fillMerchant(shop, 'birch', 1, run);

  async function ask(
    token: string | null,
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const { result } = await gateway.execute({ query, variables, headers: { ...authorization, ...headers } });
    // JSON, as a client gets it; what is not data and not an error is about the request, not about rows.
    const { data, errors } = JSON.parse(JSON.stringify(result)) as Answer;
    return { ...(data === undefined ? {} : { data }), ...(errors ? { errors } : {}) };
  }

  const token = (type: ActorType, merchants: readonly string[], id: string = newId()): string =>
    tokens.issue(
      { subject: id, actorType: type, merchants, scopes: type === 'STAFF' || type === 'APP' ? allScopes : [] },
      3_600,
    );

  const introspected = await ask(token('STAFF', [a.id]), getIntrospectionQuery({ descriptions: false }));
  if (!introspected.data) throw new Error(JSON.stringify(introspected.errors));
  // It is the answer to the introspection query.
  const fullSchema = buildClientSchema(introspected.data as Partial<IntrospectionQuery> as IntrospectionQuery);

  async function idsOf(merchant: FilledMerchant): Promise<Map<string, Set<string>>> {
    const staff = token('STAFF', [merchant.id]);
    const found = new Map<string, Set<string>>();
    for (const { operation, field } of rootFields(fullSchema)) {
      if (operation === 'mutation' || field.args.some(({ name }) => name === 'id' || name === 'input')) continue;
      const given = argumentsFor(fullSchema, field, null, '', () => '');
      if ('first' in given) given['first'] = 50;
      const answer = await ask(staff, documentOf(operation, field, given, selectionOf(field.type, 2)), given);
      for (const [type, ids] of opaqueIdsIn(JSON.stringify(answer))) {
        const known = found.get(type) ?? new Set();
        for (const id of ids) known.add(id);
        found.set(type, known);
      }
    }
    return found;
  }

  const idsIn = async (merchant: FilledMerchant): Promise<string[]> =>
    [...(await rowsOf(superuser, merchant.id)).values()].flat().flatMap(uuidsIn);
  const idsOfB = new Set(await idsIn(b));
  const ids = new Set((await idsIn(a)).filter((id) => !idsOfB.has(id)));

  return {
    shop,
    gateway,
    superuser,
    a,
    b,
    ofA: { ids, mark: a.mark },
    fullSchema,
    storefront: buildSchema(readContractFile('contracts/storefront.graphql'), { assumeValidSDL: true }),
    called,
    token,
    ask,
    idsOf,
    async stop() {
      await superuser.end();
      await gateway.stop({ announceMs: 0, drainMs: 1_000 });
      await clients.close();
      await shop.stop();
    },
  };
}

/** Runs `work` on all items, some at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
