import { newId } from '@ordergraph/tenancy';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

type RootField = GraphQLField<unknown, unknown>;

/** A spot in the input of a root field where the caller may name something. */
export interface Place {
  readonly operation: 'query' | 'mutation';
  readonly field: RootField;
  /** Argument, then input fields within each other; lists are left out. */
  readonly path: readonly string[];
  /** The type of what an id there names; null where it is another key. */
  readonly names: string | null;
}

// What finds or claims something besides its id.
const otherKeys = ['number', 'sku', 'handle', 'email', 'search', 'group', 'tag', 'externalReference', 'idempotencyKey'];

const irregular: Readonly<Record<string, string>> = {
  variantId: 'ProductVariant',
  variantIds: 'ProductVariant',
  parentId: 'Category',
  sagaId: 'OrderSaga',
  holdId: 'OrderHold',
  tierId: 'LoyaltyTier',
  'roleDelete.id': 'Role',
};

export const describePlace = ({ field, path }: Place): string => `${field.name}(${path.join('.')})`;

/** Every root field of the schema. */
export function rootFields(schema: GraphQLSchema): { operation: 'query' | 'mutation'; field: RootField }[] {
  const fieldsOf = (operation: 'query' | 'mutation'): { operation: 'query' | 'mutation'; field: RootField }[] => {
    const type = operation === 'query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {})
      .filter(({ name }) => !name.startsWith('_'))
      .map((field) => ({ operation, field }));
  };
  return [...fieldsOf('query'), ...fieldsOf('mutation')];
}

/** Every spot where a caller may name something, by id or otherwise. */
export function placesOf(schema: GraphQLSchema): Place[] {
  return rootFields(schema).flatMap(({ operation, field }) => {
    const walk = (
      member: GraphQLArgument | GraphQLInputField,
      above: readonly string[],
      owner: string | null,
    ): Place[] => {
      const path = [...above, member.name];
      const type = getNamedType(member.type);
      if (isInputObjectType(type))
        return Object.values(type.getFields()).flatMap((inner) => walk(inner, path, type.name));
      if (type.name === 'ID') return [{ operation, field, path, names: nameOfIds(schema, field, member.name, owner) }];
      return otherKeys.includes(member.name) ? [{ operation, field, path, names: null }] : [];
    };
    return field.args.flatMap((argument) => walk(argument, [], null));
  });
}

/** The fields below the root that take ids, as `Type.field`. */
export function nestedPlaces(schema: GraphQLSchema): string[] {
  const holdsIds = (type: GraphQLInputType): boolean => {
    const named = getNamedType(type);
    return isInputObjectType(named)
      ? Object.values(named.getFields()).some((field) => holdsIds(field.type))
      : named.name === 'ID';
  };
  return Object.values(schema.getTypeMap())
    .filter(
      (type) =>
        isObjectType(type) &&
        type !== schema.getQueryType() &&
        type !== schema.getMutationType() &&
        type !== schema.getSubscriptionType() &&
        !type.name.startsWith('__'),
    )
    .flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter((field) => field.args.some((argument) => holdsIds(argument.type)))
            .map((field) => `${type.name}.${field.name}`)
        : [],
    );
}

function nameOfIds(schema: GraphQLSchema, field: RootField, name: string, owner: string | null): string {
  const special = irregular[`${field.name}.${name}`] ?? irregular[name];
  const bare = name.replace(/Ids?$/, '');
  const ofOwner = owner?.replace(/Input$/, '') ?? '';
  const ownType =
    name === 'id' || name === 'ids' ? (isObjectType(schema.getType(ofOwner)) ? ofOwner : subjectOf(field)) : null;
  return special ?? ownType ?? `${bare.charAt(0).toUpperCase()}${bare.slice(1)}`;
}

/** What a root field is about: the type it answers, or the object in its payload. */
function subjectOf(field: RootField): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return type.name;
  if (type.name.endsWith('Connection')) return type.name.replace(/Connection$/, '');
  if (!type.name.endsWith('Payload')) return type.name;
  const subject = Object.values(type.getFields()).find(
    (candidate) => candidate.name !== 'userErrors' && isObjectType(getNamedType(candidate.type)),
  );
  return subject ? getNamedType(subject.type).name : type.name;
}

/** Everything that may be asked of a type without arguments, `depth` objects deep. */
export function selectionOf(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    if (field.name.startsWith('_') || field.args.some(isRequiredArgument)) return [];
    if (isLeafType(getNamedType(field.type))) return [field.name];
    // A connection's pages and edges say the same twice.
    const below = /Connection$|Edge$/.test(named.name) ? depth : depth - 1;
    if (below < 0 || (named.name.endsWith('Connection') && field.name === 'edges')) return [];
    return [`${field.name} ${selectionOf(field.type, below)}`];
  });
  return `{ ${['__typename', ...fields].join(' ')} }`;
}

/** The document of a root field, all its arguments being variables. */
export function documentOf(
  operation: string,
  field: RootField,
  given: Readonly<Record<string, unknown>>,
  selection: string,
): string {
  const used = field.args.filter(({ name }) => name in given);
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
  return `${operation}${declared ? ` (${declared})` : ''} { ${field.name}${passed ? `(${passed})` : ''} ${selection} }`;
}

/** An own id for each type of what ids name, so that a call would go through but for the one strange value. */
export type OwnIds = (type: string) => string;

/** Arguments that are as plausible as they are few, with `value` at the place. */
export function argumentsFor(
  schema: GraphQLSchema,
  field: RootField,
  place: Place | null,
  value: string,
  own: OwnIds,
): Record<string, unknown> {
  const target = place?.path.join('.') ?? '';
  const isOnWay = (path: readonly string[]): boolean =>
    target === path.join('.') || target.startsWith(`${path.join('.')}.`);

  const fill = (type: GraphQLInputType, path: readonly string[], owner: string | null): unknown => {
    if (isNonNullType(type)) return fill(type.ofType, path, owner);
    if (isListType(type)) return [fill(type.ofType, path, owner)];
    if (target === path.join('.')) return value;
    if (isInputObjectType(type)) {
      const members = Object.values(type.getFields()).flatMap((member): [string, unknown][] => {
        const below = [...path, member.name];
        // Inventory wants to be told that nobody looked at the number before.
        if (member.name === 'changeFromQuantity') return [[member.name, null]];
        return isRequiredInputField(member) || isOnWay(below)
          ? [[member.name, fill(member.type, below, type.name)]]
          : [];
      });
      return Object.fromEntries(members);
    }
    const name = path.at(-1) ?? '';
    if (type.name === 'ID') return own(nameOfIds(schema, field, name, owner));
    if (isEnumType(type)) return type.getValues()[0]?.name;
    return plausible(type.name, name);
  };

  const entries = field.args.flatMap((argument): [string, unknown][] => {
    if (isRequiredArgument(argument) || isOnWay([argument.name]))
      return [[argument.name, fill(argument.type, [argument.name], null)]];
    const isPageSize = argument.name === 'first' && field.args.some(({ name }) => name === 'last');
    return isPageSize ? [['first', 5]] : [];
  });
  return Object.fromEntries(entries);
}

const byName: Readonly<Record<string, () => unknown>> = {
  idempotencyKey: newId,
  email: () => `${newId()}@example.com`,
  ownerEmail: () => `${newId()}@example.com`,
  handle: () => `own-${newId()}`,
  sku: () => `OWN-${newId()}`,
  name: () => `own ${newId()}`,
  scopes: () => 'read_orders',
  timeZone: () => 'Europe/Berlin',
  paymentMethodToken: () => 'tok_visa',
};

const byType: Readonly<Record<string, unknown>> = {
  Int: 1,
  Boolean: true,
  CurrencyCode: 'EUR',
  CountryCode: 'DE',
  LanguageCode: 'en',
  Decimal: '1.00',
  URL: 'https://example.com/',
  DateTime: '2026-01-01T00:00:00.000Z',
  String: 'own text',
};

function plausible(type: string, name: string): unknown {
  const known = byName[name]?.() ?? byType[type];
  if (known === undefined)
    throw new Error(`Nothing says what a plausible ${type} is. Add it to the samples of this test.`);
  return known;
}
