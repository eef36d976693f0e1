import { hash } from 'node:crypto';
import { operationFromDocument, Supergraph, type Schema } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import { QueryPlanner, type PlanNode, type QueryPlan, type QueryPlannerConfig } from '@apollo/query-planner';
import {
  getOperationAST,
  GraphQLError,
  Kind,
  stripIgnoredCharacters,
  validate,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { KnownCode } from '../errors.ts';
import { OperationErrors } from './client-errors.ts';
import { planPrimary, readAfter, type AskedAfter, type Primary } from './plan-primary.ts';
import {
  deliveryOf,
  readLiveDirectives,
  shareOf,
  type Delivery,
  type LiveDirectives,
  type Share,
} from './share-scope.ts';

/** A subgraph's name that no subgraph can have: the event itself, as the first fetch of a plan. */
export const eventSource = 'ordergraph: the event';

/** How one subscription document runs over one supergraph. */
export interface SubscriptionPlan {
  /** The same for documents that differ in blanks and comments only. */
  readonly id: string;
  readonly schemas: LoadedSchemas;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The subscription field: a bounded set of names, good as a label. */
  readonly field: string;
  readonly primary: Primary;
  /** The event, and then what other subgraphs add to it. */
  readonly hydration: QueryPlan;
  readonly operationContext: ReturnType<typeof buildOperationContext>;
  readonly after: AskedAfter;
  readonly delivery: Delivery;
  readonly share: Share;
}

/** One supergraph in the forms in which planning and executing need it. */
export interface LoadedSchemas {
  /** Counts the supergraphs that this gateway has loaded. */
  readonly generation: number;
  readonly api: Schema;
  readonly apiJs: GraphQLSchema;
  readonly supergraphJs: GraphQLSchema;
  readonly planner: QueryPlanner;
  readonly live: LiveDirectives;
}

/** Plans subscriptions over the supergraph that is loaded now. */
export interface SubscriptionPlanner {
  /** Takes the next supergraph; the planner for it is built when the first subscription needs it. */
  load(supergraphSdl: string): void;
  /** Throws a `PlanRefusal` for what does not validate. */
  plan(asked: { text: string; document: DocumentNode; operationName: string | undefined }): SubscriptionPlan;
}

/** A document that cannot run as a subscription, and why. */
export class PlanRefusal extends OperationErrors {
  override readonly name = 'PlanRefusal';
}

const rememberedPlans = 1_000;
const config: QueryPlannerConfig = {
  exposeDocumentNodeInFetchNode: true,
  debug: { maxEvaluatedPlans: 100, pathsLimit: 50 },
};

/** With `hidesSchema` errors of validation make no suggestions, which would tell strangers what there is. */
export function createSubscriptionPlanner(hidesSchema: boolean): SubscriptionPlanner {
  const plans = new LRUCache<string, SubscriptionPlan>({ max: rememberedPlans });
  let sdl: string | undefined;
  let generation = 0;
  let loaded: LoadedSchemas | undefined;

  const schemas = (): LoadedSchemas => {
    if (sdl === undefined) throw new Error('No supergraph is loaded yet.');
    return (loaded ??= loadSchemas(sdl, generation));
  };

  return {
    load(supergraphSdl) {
      sdl = supergraphSdl;
      generation++;
      loaded = undefined;
      plans.clear();
    },
    plan({ text, document, operationName }) {
      const key = `${operationName ?? ''} ${text}`;
      let plan = plans.get(key);
      if (!plan) {
        const errors = validate(schemas().apiJs, document, undefined, { maxErrors: 10 });
        if (errors.length > 0) throw new PlanRefusal(errors.map((error) => asValidationError(error, hidesSchema)));
        plan = planSubscription(schemas(), text, document, operationName);
        plans.set(key, plan);
      }
      return plan;
    },
  };
}

function loadSchemas(supergraphSdl: string, generation: number): LoadedSchemas {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const api = supergraph.apiSchema();
  return {
    generation,
    api,
    apiJs: api.toGraphQLJSSchema(),
    supergraphJs: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph, config),
    live: readLiveDirectives(supergraphSdl),
  };
}

function planSubscription(
  schemas: LoadedSchemas,
  text: string,
  document: DocumentNode,
  operationName: string | undefined,
): SubscriptionPlan {
  const operation = getOperationAST(document, operationName);
  const root = operation ? rootOf(operation, document) : undefined;
  const field = root ? schemas.apiJs.getSubscriptionType()?.getFields()[root.name.value] : undefined;
  if (!operation || !root || !field)
    throw new PlanRefusal([
      new GraphQLError(
        'A subscription needs one field to follow, and this one asks for "__typename" only. Name a field of the type Subscription.',
        { extensions: { code: 'BAD_USER_INPUT' satisfies KnownCode } },
      ),
    ]);

  const node = schemas.planner.buildQueryPlan(
    operationFromDocument(schemas.api, document, operationName ? { operationName } : undefined),
  ).node;
  if (node?.kind !== 'Subscription') throw new Error(`The planner made a "${node?.kind}" of a subscription.`);
  const place = `Subscription.${field.name}`;
  const delivery = deliveryOf(schemas.live, place);
  const primary = planPrimary(node.primary, field, delivery.key);
  if (!primary) throw new Error(`The planner's operation for ${place} does not begin with the field.`);

  const head: PlanNode = { ...node.primary, serviceName: eventSource, variableUsages: [] };
  return {
    id: hash('sha256', `${schemas.generation} ${operationName ?? ''} ${stripIgnoredCharacters(text)}`, 'base64url'),
    schemas,
    text,
    operationName,
    document,
    operation,
    field: field.name,
    primary,
    hydration: { kind: 'QueryPlan', node: node.rest ? { kind: 'Sequence', nodes: [head, node.rest] } : head },
    operationContext: buildOperationContext({
      schema: schemas.apiJs,
      operationDocument: document,
      ...(operationName ? { operationName } : {}),
    }),
    after: readAfter(document, operation, root),
    delivery,
    share: shareOf(schemas.live, schemas.apiJs, document, place),
  };
}

/** The one field that an operation subscribes to. */
function rootOf(operation: OperationDefinitionNode, document: DocumentNode): FieldNode | undefined {
  const fields: FieldNode[] = [];
  const collect = (set: OperationDefinitionNode['selectionSet']): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else
        for (const definition of document.definitions)
          if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value)
            collect(definition.selectionSet);
    }
  };
  collect(operation.selectionSet);
  return fields.find(({ name }) => name.value !== '__typename');
}

const asValidationError = (error: GraphQLError, hidesSchema: boolean): GraphQLError =>
  new GraphQLError(hidesSchema ? error.message.replace(/ ?Did you mean(.+?)\?$/, '') : error.message, {
    ...(error.nodes ? { nodes: error.nodes } : {}),
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' satisfies KnownCode },
  });
