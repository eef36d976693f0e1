import { executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import type { ExecutionResult } from 'graphql';
import type { RequestContext } from '../identity/request-context.ts';
import { asGraphQLError, type MaskError } from './client-errors.ts';
import { createFrame, type Frame } from './frame.ts';
import { eventSource, type SubscriptionPlan } from './plan.ts';
import { cursorAlias, keyAlias } from './plan-primary.ts';
import { projectPrimary } from './project-primary.ts';

/** Turns an event of the owning subgraph into what clients receive, once for all who share it. */
export type Hydrate = (input: {
  plan: SubscriptionPlan;
  event: ExecutionResult;
  variables: Readonly<Record<string, unknown>>;
  context: RequestContext;
  receivedAt: number;
}) => Promise<Frame>;

type GatewaySchemaHash = Parameters<typeof executeQueryPlan>[2]['schemaHash'];

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Hydrates with the stock executor: a plan whose first fetch is the event runs like any other. */
export function createHydrate(options: { services: () => ServiceMap; maskError: MaskError }): Hydrate {
  const { services, maskError } = options;
  return async ({ plan, event, variables, context, receivedAt }) => {
    const { schemas, document, operation, operationName, operationContext, text, hydration, primary } = plan;
    const payload = event.data?.[primary.responseKey];
    const { cursor, key } = readOwnFields(payload);
    // The executor writes what it fetches into the event, which nobody else has.
    const answer = { data: event.data ?? null, ...(event.errors ? { errors: event.errors } : {}) };
    const result = await executeQueryPlan(
      hydration,
      { ...services(), [eventSource]: { process: async () => answer } },
      {
        // The executor looks names up with `in` and `hasOwn`, and writes nothing here.
        request: { query: text, variables: { ...variables }, ...(operationName ? { operationName } : {}) },
        context,
        document,
        operation,
        operationName: operationName ?? null,
        source: text,
        queryHash: plan.id,
        // Branded, so that nobody makes one up; the executor does not read it.
        schemaHash: '' as GatewaySchemaHash,
        metrics: {},
        logger: silent,
        schema: schemas.apiJs,
        cache: noCache,
        overallCachePolicy: noCachePolicy,
      },
      operationContext,
      schemas.supergraphJs,
      schemas.api,
    );

    const errors = (result.errors ?? []).map((error) => {
      const named = asGraphQLError(error);
      if (named.extensions['serviceName'] === eventSource) named.extensions['serviceName'] = primary.subgraph;
      return maskError(named.toJSON(), named);
    });
    const shaped = asRecord(result.data);
    const isLost = isNullish(shaped?.[primary.responseKey]) && !isNullish(payload);
    const data = isLost ? projectPrimary(plan, event.data ?? {}, variables) : shaped;
    return createFrame({ data: data ?? null, errors, cursor, key, receivedAt });
  };
}

function readOwnFields(payload: unknown): { cursor: string | undefined; key: string } {
  const fields = asRecord(payload);
  const cursor = fields?.[cursorAlias];
  const key = fields?.[keyAlias];
  return {
    cursor: typeof cursor === 'string' ? cursor : undefined,
    key: key === undefined ? '' : JSON.stringify(key),
  };
}

/** The cursor of an event, read without hydrating it. */
export const cursorOf = (plan: SubscriptionPlan, event: ExecutionResult): string | undefined =>
  readOwnFields(event.data?.[plan.primary.responseKey]).cursor;

const isNullish = (value: unknown): boolean => value === undefined || value === null;

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // Checked the line above; its fields stay unknown.
      (value as Record<string, unknown>)
    : undefined;
}

// Asked for by the executor's type; nothing of a subscription is cached.
const noCache = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };
const noCachePolicy = {
  maxAge: 0,
  scope: 'PRIVATE',
  restrict: () => {},
  replace: () => {},
  policyIfCacheable: () => null,
} as const;
