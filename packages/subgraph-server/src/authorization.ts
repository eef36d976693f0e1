import {
  defaultFieldResolver,
  GraphQLObjectType,
  isListType,
  isNonNullType,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
} from 'graphql';
import type { SubgraphDefinition } from './definition.ts';
import { codedError } from './errors.ts';
import type { RequestContext } from './request-context.ts';

/** The audiences that a field or type is tagged for; empty when everybody may see it. */
function audiencesOf(node: { directives?: FieldDefinitionNode['directives'] } | null | undefined): Set<string> {
  const names = (node?.directives ?? [])
    .filter((directive) => directive.name.value === 'tag')
    .map((directive) => directive.arguments?.find((argument) => argument.name.value === 'name')?.value)
    .filter((value) => value?.kind === 'StringValue')
    .map((value) => value.value);
  return new Set(names);
}

const isShopper = (context: RequestContext): boolean =>
  context.viewer.actor.type === 'CUSTOMER' || context.viewer.actor.type === 'ANONYMOUS';

/** Refuses a shopper a member that is tagged for others only. */
function refuseShoppers(context: RequestContext, audiences: Set<string>, name: string): void {
  if (isShopper(context) && isForOthers(audiences)) {
    throw codedError('FORBIDDEN', `${name} is for the merchant's staff and partners.`);
  }
}

const isForOthers = (audiences: Set<string>): boolean => audiences.size > 0 && !audiences.has('storefront');

/** Settling dead letters is work on stuck sagas, in whichever subgraph they lie. */
function usualScope(subgraph: string, field: string, isQuery: boolean): string {
  if (/DeadLetter(Retry|Discard)$/.test(field)) return 'write_sagas';
  return `${isQuery ? 'read' : 'write'}_${subgraph}`;
}

interface RootRule {
  readonly field: string;
  readonly requiredScope: string | null;
  readonly isForOperators: boolean;
  readonly audiences: Set<string>;
}

function refuseRoot(context: RequestContext, rule: RootRule): void {
  const { actor, tenantId, scopes } = context.viewer;
  if (rule.isForOperators) {
    if (actor.type === 'PLATFORM_OPERATOR') return;
    throw codedError('FORBIDDEN', `${rule.field} is for platform operators.`);
  }
  const isOpen = rule.requiredScope === null;
  if (actor.type === 'PLATFORM_OPERATOR' && !isOpen) {
    throw codedError(
      'FORBIDDEN',
      `Platform operators see merchants, never their data; ${rule.field} needs a merchant's token.`,
    );
  }
  if (!tenantId && actor.type !== 'PLATFORM_OPERATOR') {
    throw codedError('UNAUTHENTICATED', `${rule.field} needs a token that names a merchant.`);
  }
  refuseShoppers(context, rule.audiences, rule.field);
  if (isShopper(context) || isOpen) return;
  if (!scopes.includes(rule.requiredScope)) {
    throw codedError(
      'FORBIDDEN',
      `${rule.field} needs the scope ${rule.requiredScope}, which the token does not hold.`,
      {
        requiredScopes: [rule.requiredScope],
      },
    );
  }
}

function refuseEntities(context: RequestContext, { name }: SubgraphDefinition): void {
  const { actor, scopes } = context.viewer;
  const needsScope = actor.type === 'STAFF' || actor.type === 'APP';
  const scope = `read_${name}`;
  if (!needsScope || scopes.includes(scope)) return;
  throw codedError('FORBIDDEN', `Fields of ${name} need the scope ${scope}, which the token does not hold.`, {
    requiredScopes: [scope],
  });
}

/**
 * Puts the access rules before every resolver: audiences by `@tag`, and for staff and partners the scope of each root
 * field. A gateway may refuse earlier; a subgraph never relies on it. What belongs to whom among shoppers is each
 * resolver's own question.
 */
export function authorize(
  schema: GraphQLSchema,
  typeDefs: DocumentNode,
  definition: SubgraphDefinition,
): GraphQLSchema {
  const typeAudiences = new Map<string, Set<string>>();
  const fieldAudiences = new Map<string, Set<string>>();
  for (const node of typeDefs.definitions) {
    if (node.kind !== 'ObjectTypeDefinition' && node.kind !== 'ObjectTypeExtension') continue;
    typeAudiences.set(node.name.value, audiencesOf(node));
    for (const field of node.fields ?? [])
      fieldAudiences.set(`${node.name.value}.${field.name.value}`, audiencesOf(field));
  }

  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue;
    const isQuery = type === schema.getQueryType();
    const isSubscription = type === schema.getSubscriptionType();
    const isRoot = isQuery || isSubscription || type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      if (isRoot) {
        if (field.name === '_service') continue;
        if (field.name === '_entities') {
          // Fields that this subgraph adds to others' entities are read with the same scope as its own root fields.
          field.resolve = (source, args, context: RequestContext, info) => {
            refuseEntities(context, definition);
            return resolve(source, args, context, info);
          };
          continue;
        }
        const rule: RootRule = {
          field: field.name,
          requiredScope: definition.openFields?.includes(field.name)
            ? null
            : (definition.scopes?.[field.name] ?? usualScope(definition.name, field.name, isQuery || isSubscription)),
          isForOperators: definition.operatorFields?.includes(field.name) ?? false,
          audiences: fieldAudiences.get(`${type.name}.${field.name}`) ?? new Set(),
        };
        const { subscribe } = field;
        if (subscribe) {
          // Its `resolve` is called with each event, long after this question was settled.
          field.subscribe = (source, args, context: RequestContext, info) => {
            refuseRoot(context, rule);
            return subscribe(source, args, context, info);
          };
          continue;
        }
        field.resolve = (source, args, context: RequestContext, info) => {
          refuseRoot(context, rule);
          return resolve(source, args, context, info);
        };
        continue;
      }
      const audiences = fieldAudiences.get(`${type.name}.${field.name}`) ?? new Set<string>();
      const ofReturned = typeAudiences.get(namedTypeOf(field.type)) ?? audiences;
      // A type is reached through fields, and also as an entity, where no field of another type stands before it.
      const ofParent = typeAudiences.get(type.name) ?? audiences;
      const needed = [audiences.size > 0 ? audiences : ofReturned, ofParent].find(isForOthers);
      if (!needed) continue;
      field.resolve = (source, args, context: RequestContext, info) => {
        refuseShoppers(context, needed, `${type.name}.${field.name}`);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}

function namedTypeOf(type: unknown): string {
  let current = type;
  while (isListType(current) || isNonNullType(current)) current = current.ofType;
  return String(current);
}
