import {
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  getNamedType,
  isAbstractType,
  isObjectType,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** With whom the answers of a subscription may be shared, from nobody to everybody of the same merchant. */
export const shareScopes = ['PRINCIPAL', 'ROLE', 'TENANT', 'PUBLIC'] as const;
export type ShareScope = (typeof shareScopes)[number];

/** Whether a reader that falls behind gets every value or the newest only. */
export type DeliveryMode = 'EVERY' | 'NEWEST';

/** How the updates of one subscription field are delivered. */
export interface Delivery {
  readonly mode: DeliveryMode;
  /** Selection in the payload that tells the values of one subscription apart: only values of the same key replace each other. */
  readonly key: string | undefined;
}

/** A share scope, and the rights under which a stream is read that several principals share. */
export interface Share {
  readonly scope: ShareScope;
  readonly grants: readonly string[];
}

/** What `@shareScope` and `@delivery` say, by `Type` and `Type.field`. The API schema has lost them, so they are read from the supergraph's text. */
export interface LiveDirectives {
  readonly shares: ReadonlyMap<string, Share>;
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly entities: ReadonlySet<string>;
}

const nobody: Share = { scope: 'PRINCIPAL', grants: [] };
const every: Delivery = { mode: 'EVERY', key: undefined };

export function readLiveDirectives(supergraphSdl: string): LiveDirectives {
  const shares = new Map<string, Share>();
  const deliveries = new Map<string, Delivery>();
  const entities = new Set<string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const share = readShare(find(definition.directives, 'shareScope'));
    if (share) shares.set(type, share);
    if (definition.directives?.some((one) => one.name.value === 'join__type' && valueOf(one, 'key')))
      entities.add(type);
    for (const field of definition.fields ?? []) {
      const place = `${type}.${field.name.value}`;
      const fieldShare = readShare(find(field.directives, 'shareScope'));
      if (fieldShare) shares.set(place, fieldShare);
      const delivery = readDelivery(find(field.directives, 'delivery'));
      if (delivery) deliveries.set(place, delivery);
    }
  }
  return { shares, deliveries, entities };
}

/** How a subscription field delivers; every value unless it says otherwise. */
export const deliveryOf = (live: LiveDirectives, place: string): Delivery => live.deliveries.get(place) ?? every;

/**
 * The narrowest scope over the subscription field and all entities that the document reaches. A value type belongs to
 * the entity that it is read from, so it needs no scope of its own; a field or type may only narrow.
 */
export function shareOf(live: LiveDirectives, schema: GraphQLSchema, document: DocumentNode, rootField: string): Share {
  const met: Share[] = [live.shares.get(rootField) ?? nobody];
  const seen = new Set<string>();
  const meet = (type: GraphQLNamedType): void => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) meet(possible);
    const share = live.shares.get(type.name) ?? (live.entities.has(type.name) ? nobody : undefined);
    if (share) met.push(share);
  };
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field({ name }) {
        const parent = typeInfo.getParentType();
        const share = parent ? live.shares.get(`${parent.name}.${name.value}`) : undefined;
        if (share) met.push(share);
        const type = getNamedType(typeInfo.getType());
        if (isObjectType(type) || isAbstractType(type)) meet(type);
      },
    }),
  );
  const rank = Math.min(...met.map(({ scope }) => shareScopes.indexOf(scope)));
  return { scope: shareScopes[rank] ?? 'PRINCIPAL', grants: [...new Set(met.flatMap(({ grants }) => grants))].sort() };
}

const find = (directives: readonly ConstDirectiveNode[] | undefined, name: string): ConstDirectiveNode | undefined =>
  directives?.find((one) => one.name.value === name || one.name.value === `live__${name}`);

const valueOf = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((argument) => argument.name.value === name)?.value;

function readShare(directive: ConstDirectiveNode | undefined): Share | undefined {
  if (!directive) return undefined;
  const scope = valueOf(directive, 'scope');
  const grants = valueOf(directive, 'grants');
  // A scope that this gateway does not know shares with nobody.
  const known = scope?.kind === Kind.ENUM ? shareScopes.find((one) => one === scope.value) : undefined;
  return {
    scope: known ?? 'PRINCIPAL',
    grants:
      grants?.kind === Kind.LIST ? grants.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : [])) : [],
  };
}

function readDelivery(directive: ConstDirectiveNode | undefined): Delivery | undefined {
  if (!directive) return undefined;
  const mode = valueOf(directive, 'mode');
  const key = valueOf(directive, 'key');
  return {
    mode: mode?.kind === Kind.ENUM && mode.value === 'NEWEST' ? 'NEWEST' : 'EVERY',
    key: key?.kind === Kind.STRING ? key.value : undefined,
  };
}
