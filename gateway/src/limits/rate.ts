import type { Viewer } from '@ordergraph/identity';
import { getOperationAST, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors.ts';
import type { GraphQLRequest } from '../http/graphql-request.ts';
import { readCostWeights, type CostWeights } from './cost-weights.ts';
import { estimateCost } from './estimate-cost.ts';

/** A bucket of points that refills over time. */
export interface Rate {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/** What callers may spend. Sized so that no person who shops and no busy till is ever slowed. */
export interface Rates {
  readonly caller: Rate;
  /** Shared by all callers without a name behind one address: an office, a phone network, a load test. */
  readonly address: Rate;
  /** More than one operation may cost at all, however full the bucket. */
  readonly operation: number;
}

export const defaultRates: Rates = {
  // A page of products costs some 3,000 points and a whole checkout 700, so a person reading fast is far below.
  caller: { capacity: 50_000, refillPerSecond: 10_000 },
  address: { capacity: 1_000_000, refillPerSecond: 200_000 },
  operation: 100_000,
};

/** What an operation was charged, told to the client in `extensions.cost`. */
export interface Charge {
  readonly requested: number;
  readonly remaining: number;
  readonly refillPerSecond: number;
}

export interface ChargeInput {
  readonly document: DocumentNode;
  readonly asked: GraphQLRequest;
  readonly viewer: Viewer;
  readonly address: string;
}

/** Takes the cost of a request from its caller's bucket; throws a `Refusal` when there is not enough in it. */
export type ChargeRequest = (input: ChargeInput) => Charge | undefined;

/** Charges what is asked once and answered often: each call takes the cost of one answer, or throws a `Refusal`. */
export type OpenMeter = (input: ChargeInput) => () => Charge | undefined;

const rememberedBuckets = 50_000;

/** Charges requests by their estimated cost, once it has been told the supergraph. */
export function createRateLimiter(
  rates: Rates,
  clock: () => number = () => performance.now(),
): {
  charge: ChargeRequest;
  openMeter: OpenMeter;
  useSupergraph(schema: GraphQLSchema, sdl: string): void;
} {
  let supergraph: { schema: GraphQLSchema; weights: CostWeights } | undefined;
  const buckets = new LRUCache<string, { points: number; at: number }>({ max: rememberedBuckets });

  const take = (key: string, rate: Rate, points: number): number => {
    const now = clock();
    const bucket = buckets.get(key) ?? { points: rate.capacity, at: now };
    const filled = Math.min(rate.capacity, bucket.points + ((now - bucket.at) / 1000) * rate.refillPerSecond);
    // An operation dearer than the bucket may run when the bucket is full: it is slow to repeat, not impossible.
    const needed = Math.min(points, rate.capacity);
    if (filled < needed) {
      const retryAfterMs = Math.ceil(((needed - filled) / rate.refillPerSecond) * 1000);
      throw new Refusal(
        'THROTTLED',
        `This caller has used up its points for now. Try again in ${retryAfterMs} ms, or ask for less at once.`,
        {
          status: 429,
          facts: { retryAfterMs },
        },
      );
    }
    buckets.set(key, { points: filled - needed, at: now });
    return Math.floor(filled - needed);
  };

  const openMeter: OpenMeter = ({ document, asked, viewer, address }) => {
    const operation = getOperationAST(document, asked.operationName);
    if (!supergraph || !operation) return () => undefined;
    const cost = estimateCost({ ...supergraph, document, operation, variables: asked.variables ?? {} });
    if (cost > rates.operation)
      throw new Refusal(
        'COST_LIMIT_EXCEEDED',
        `At most ${rates.operation} points may be asked for at once, and this operation costs ${cost}. Ask for shorter lists.`,
        {
          facts: { limit: rates.operation, actual: cost },
        },
      );

    const { key, isNameless } = callerKey(viewer, asked.variables, address);
    return () => {
      const remaining = key ? take(key, rates.caller, cost) : rates.caller.capacity;
      if (isNameless) take(`address:${address}`, rates.address, cost);
      return { requested: cost, remaining, refillPerSecond: rates.caller.refillPerSecond };
    };
  };

  return {
    useSupergraph(schema, sdl) {
      supergraph = { schema, weights: readCostWeights(sdl) };
    },
    openMeter,
    charge: (input) => openMeter(input)(),
  };
}

/**
 * Guests share one publishable token, so they are told apart by the cart that they name. A made-up cart gains nothing,
 * because the address pays as well.
 */
function callerKey(
  { tenantId, actor }: Viewer,
  variables: Record<string, unknown> | undefined,
  address: string,
): { key: string | undefined; isNameless: boolean } {
  const tenant = tenantId ?? 'none';
  if (actor.id !== null) return { key: `${tenant}:${actor.type}:${actor.id}`, isNameless: false };
  const cart = cartIn(variables);
  return { key: cart === undefined ? undefined : `${tenant}:cart:${address}:${cart}`, isNameless: true };
}

function cartIn(variables: Record<string, unknown> | undefined): string | undefined {
  const input = variables?.['input'];
  const places = [variables, typeof input === 'object' && input !== null ? { ...input } : undefined];
  for (const place of places) {
    const cart =
      place && Object.hasOwn(place, 'cartId')
        ? Object.entries(place).find(([name]) => name === 'cartId')?.[1]
        : undefined;
    if (typeof cart === 'string') return cart.slice(0, 100);
  }
  return undefined;
}
