import type { GraphQLDataSource } from '@apollo/gateway';
import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../identity/request-context.ts';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';

/** The context of a hydration: whoever has the same `batchClass` may be answered by one fetch. */
export interface HydrationContext extends RequestContext {
  /** Tenant and auth class. Never empty. */
  readonly batchClass: string;
}

type Fetch = Parameters<GraphQLDataSource<RequestContext>['process']>[0];
type Answer = Awaited<ReturnType<GraphQLDataSource<RequestContext>['process']>>;

interface Waiting {
  readonly fetch: Fetch;
  /** For each of the caller's representations its place in the merged fetch. */
  readonly places: readonly number[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly representations: unknown[];
  readonly placeOf: Map<string, number>;
  readonly waiting: Waiting[];
}

const mostRepresentations = 250;

/**
 * Merges the `_entities` fetches that hydrations make within one turn of the event loop when they ask the same of
 * different entities: representations are sent once each, and the answers are split again. Fetches of different merchants
 * or auth classes are never merged.
 */
export function batchEntities(client: SubgraphClient, count: (merged: number) => void = () => {}): SubgraphClient {
  const open = new Map<string, Batch>();

  const send = async (key: string): Promise<void> => {
    const batch = open.get(key);
    open.delete(key);
    const [first] = batch?.waiting ?? [];
    if (!batch || !first) return;
    count(batch.waiting.length);
    try {
      const { request } = first.fetch;
      const answer = await client.process({
        ...first.fetch,
        request: { ...request, variables: { ...request.variables, representations: batch.representations } },
      });
      // One caller alone may still have named an entity twice, and expects it twice.
      const isWhole = batch.waiting.length === 1 && first.places.length === batch.representations.length;
      for (const { places, resolve } of batch.waiting) resolve(isWhole ? answer : partOf(answer, places));
    } catch (error) {
      for (const { reject } of batch.waiting) reject(error);
    }
  };

  return {
    ...client,
    process(fetch) {
      const key = keyOf(fetch);
      const asked: unknown = fetch.request.variables?.['representations'];
      if (key === undefined || !Array.isArray(asked)) return client.process(fetch);

      let batch = open.get(key);
      if (batch && batch.representations.length + asked.length > mostRepresentations) {
        void send(key);
        batch = undefined;
      }
      if (!batch) {
        batch = { representations: [], placeOf: new Map(), waiting: [] };
        open.set(key, batch);
        const mine = batch;
        setImmediate(() => {
          if (open.get(key) === mine) void send(key);
        });
      }
      const places = asked.map((representation: unknown) => placeIn(batch, representation));
      return new Promise<Answer>((resolve, reject) => batch.waiting.push({ fetch, places, resolve, reject }));
    },
  };
}

/** What two fetches must have in common to be one; undefined for a fetch that stays alone. */
function keyOf(fetch: Fetch): string | undefined {
  if (!('incomingRequestContext' in fetch) || !isHydration(fetch.context)) return undefined;
  const { representations, ...others }: Record<string, unknown> = fetch.request.variables ?? {};
  if (representations === undefined) return undefined;
  return JSON.stringify([fetch.context.batchClass, fetch.request.query, sorted(others)]);
}

const isHydration = (context: RequestContext): context is HydrationContext => 'batchClass' in context;

const sorted = (variables: Record<string, unknown>): [string, unknown][] =>
  Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));

function placeIn({ representations, placeOf }: Batch, representation: unknown): number {
  const text = JSON.stringify(representation);
  const known = placeOf.get(text);
  if (known !== undefined) return known;
  placeOf.set(text, representations.length);
  return representations.push(representation) - 1;
}

/** One caller's share of a merged answer, with its errors where the caller expects them. */
function partOf({ data, errors, ...rest }: Answer, places: readonly number[]): Answer {
  const entities: unknown = data?.['_entities'];
  // The executor writes into what it is given, and others get the same entities.
  const mine = Array.isArray(entities)
    ? { _entities: places.map((place) => structuredClone<unknown>(entities[place] ?? null)) }
    : null;
  const myErrors = errors?.flatMap((error) => errorFor(error, places));
  return { ...rest, data: mine, ...(myErrors && myErrors.length > 0 ? { errors: myErrors } : {}) };
}

function errorFor(error: GraphQLFormattedError | GraphQLError, places: readonly number[]): GraphQLError[] {
  const [field, place, ...below] = error.path ?? [];
  const options = { ...(error.extensions ? { extensions: error.extensions } : {}), originalError: causeOf(error) };
  if (typeof place !== 'number')
    return [new GraphQLError(error.message, { ...options, ...(error.path ? { path: error.path } : {}) })];
  return places.flatMap((mine, index) =>
    mine === place
      ? [new GraphQLError(error.message, { ...options, path: [field ?? '_entities', index, ...below] })]
      : [],
  );
}

const causeOf = (error: GraphQLFormattedError | GraphQLError): Error | undefined =>
  error instanceof GraphQLError ? (error.originalError ?? error) : undefined;
