import { Kind, parse, visit } from 'graphql';
import type {
  ConstDirectiveNode,
  DefinitionNode,
  EnumTypeDefinitionNode,
  FieldDefinitionNode,
  InputObjectTypeDefinitionNode,
  ObjectTypeDefinitionNode,
  TypeNode,
} from 'graphql';
import { audiences } from '../compose/derive-contract.ts';

/** The SDL of one subgraph, or of what all of them share. */
export interface SchemaText {
  readonly name: string;
  readonly sdl: string;
}

interface Context {
  readonly file: string;
  readonly definitions: readonly DefinitionNode[];
  /** Which subgraph an entity belongs to. */
  readonly owners: ReadonlyMap<string, string>;
  /** Entities of which some subgraph never tells null, so that they cannot be shown without it. */
  readonly fragile: ReadonlySet<string>;
}

type Directed = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

const hasDirective = (node: Directed, name: string): boolean =>
  (node.directives ?? []).some((directive) => directive.name.value === name);

function stringsOf(node: Directed, directive: string, argument: string): string[] {
  return (node.directives ?? [])
    .filter((one) => one.name.value === directive)
    .flatMap((one) => one.arguments ?? [])
    .flatMap(({ name, value }) => (name.value === argument && value.kind === Kind.STRING ? [value.value] : []));
}

function typeText(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${typeText(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${typeText(type.type)}]` : type.name.value;
}

const namedType = (type: TypeNode): string => typeText(type).replaceAll(/[[\]!]/g, '');
const isList = (type: TypeNode): boolean => typeText(type).startsWith('[');
const isNonNull = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE;
const objectsIn = ({ definitions }: Context): ObjectTypeDefinitionNode[] =>
  definitions.filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION);

function rootFields(context: Context, root: string): readonly FieldDefinitionNode[] {
  return objectsIn(context).find((type) => type.name.value === root)?.fields ?? [];
}

/** A field of another subgraph that this one only reads: what it promises is said by its owner. */
const isExternal = (field: FieldDefinitionNode): boolean => hasDirective(field, 'external');

function undescribed(context: Context): string[] {
  const types = context.definitions.filter(
    (one) => one.kind.endsWith('TypeDefinition') || one.kind === Kind.DIRECTIVE_DEFINITION,
  );
  return types.flatMap((type) => {
    if (!('name' in type) || !type.name || ('description' in type && type.description)) return [];
    const name = type.name.value;
    if (['Query', 'Mutation', 'Subscription'].includes(name)) return [];
    // A value type of another subgraph, of which this one needs a field.
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION && type.fields?.every(isExternal)) return [];
    // The owner describes an entity; a description at every contributor would make them differ.
    if (context.owners.has(name) && context.owners.get(name) !== context.file) return [];
    return [`${name} has no description: say in one sentence what it means to the caller.`];
  });
}

function audience(context: Context): string[] {
  return ['Query', 'Mutation', 'Subscription'].flatMap((root) =>
    rootFields(context, root).flatMap((field) => {
      const tags = stringsOf(field, 'tag', 'name');
      const isKnown = tags.length > 0 && tags.every((tag) => audiences.some((known) => known === tag));
      return isKnown ? [] : [`${root}.${field.name.value} says for nobody: tag it ${audiences.join(', ')}.`];
    }),
  );
}

function payloadShape(context: Context, verb: string, payload: ObjectTypeDefinitionNode | undefined): string[] {
  const name = `${verb}Payload`;
  if (!payload) return [`${name} is missing: every mutation has a payload of its own.`];
  const fields = payload.fields ?? [];
  const errors = fields.find((field) => field.name.value === 'userErrors');
  const others = fields.filter((field) => field !== errors);
  const problems: string[] = [];
  if (!errors || !/^\[\w+UserError!\]!$/.test(typeText(errors.type))) {
    problems.push(`${name}.userErrors is not a list of user errors: [XUserError!]!.`);
  }
  if (others.length === 0) problems.push(`${name} has nothing but errors: its first field is what the mutation made.`);
  for (const field of others.filter(({ type }) => isNonNull(type))) {
    problems.push(`${name}.${field.name.value} is never null: then a refusal could not be told. Make it nullable.`);
  }
  return problems;
}

function mutations(context: Context): string[] {
  const objects = objectsIn(context);
  const inputs = context.definitions.filter((one) => one.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION);
  return rootFields(context, 'Mutation').flatMap((field) => {
    const name = field.name.value;
    const verb = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const problems = payloadShape(
      context,
      verb,
      objects.find((type) => type.name.value === `${verb}Payload`),
    );
    const [input, ...more] = field.arguments ?? [];
    if (input?.name.value !== 'input' || typeText(input.type) !== `${verb}Input!` || more.length > 0) {
      problems.push(`Mutation.${name} takes something else than (input: ${verb}Input!).`);
    }
    if (typeText(field.type) !== `${verb}Payload!`)
      problems.push(`Mutation.${name} answers something else than ${verb}Payload!.`);
    const movesSomething =
      /(Create|Place|Refund|Capture|Void|Cancel|Adjust|Set|Retry|Release|Begin|Invite|Resend|Receive|Request|Rotate)$/;
    // A tracking link is a signature: nothing is stored that a repetition could store twice.
    const isFree = /(DeadLetterRetry|HoldPlace|HoldRelease|TrackingLinkCreate)$/;
    const hasKey = inputs
      .find((type) => type.name.value === `${verb}Input`)
      ?.fields?.some((one) => one.name.value === 'idempotencyKey' && typeText(one.type) === 'String!');
    if (movesSomething.test(name) && !isFree.test(name) && !hasKey) {
      problems.push(`${verb}Input has no idempotencyKey: String!, so nobody can safely repeat ${name}.`);
    }
    return problems;
  });
}

/** The fields that are never null and that a subgraph has to be asked for: whoever refers to an entity says its key. */
function promisedFields(type: ObjectTypeDefinitionNode): FieldDefinitionNode[] {
  const key = new Set(stringsOf(type, 'key', 'fields').flatMap((fields) => fields.match(/\w+/g) ?? []));
  return (type.fields ?? []).filter(
    (field) => isNonNull(field.type) && !key.has(field.name.value) && !isExternal(field),
  );
}

function seams(context: Context): string[] {
  return objectsIn(context).flatMap((type) => {
    const owner = context.owners.get(type.name.value);
    return promisedFields(type).flatMap((field) => {
      const named = namedType(field.type);
      const fieldOwner = context.owners.get(named);
      const isContributed = owner !== undefined && owner !== context.file;
      const isForeign = fieldOwner !== undefined && fieldOwner !== context.file && context.fragile.has(named);
      if (!isContributed && !isForeign) return [];
      return [
        `${type.name.value}.${field.name.value} crosses subgraphs and is never null: one subgraph down would blank the whole object.`,
      ];
    });
  });
}

function lists(context: Context): string[] {
  return objectsIn(context).flatMap((type) =>
    (type.fields ?? []).flatMap((field) => {
      // Whoever owns an external field states its size.
      if (!isList(field.type) || hasDirective(field, 'listSize') || hasDirective(field, 'external')) return [];
      if (['userErrors', 'edges', 'nodes'].includes(field.name.value) || namedType(field.type) === 'String') return [];
      return [`${type.name.value}.${field.name.value} is a list without @listSize, so its cost is unknown.`];
    }),
  );
}

function connections(context: Context): string[] {
  return objectsIn(context)
    .filter((type) => type.name.value.endsWith('Connection'))
    .flatMap((type) => {
      const fields = (type.fields ?? []).map((field) => field.name.value).join(' ');
      return fields === 'edges nodes pageInfo totalCount'
        ? []
        : [`${type.name.value} has the fields ${fields}; a connection has edges nodes pageInfo totalCount.`];
    });
}

function errorCodes(context: Context): string[] {
  const codes = context.definitions.filter(
    (one): one is EnumTypeDefinitionNode =>
      one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value.endsWith('ErrorCode'),
  );
  const many =
    codes.length > 1 ? [`${codes.map((one) => one.name.value).join(' and ')}: a subgraph has one enum of codes.`] : [];
  const silent = codes.flatMap((one) =>
    (one.values ?? [])
      .filter((value) => !value.description)
      .map((value) => `${one.name.value}.${value.name.value} has no description: say what the caller can do.`),
  );
  return [...many, ...silent];
}

function deprecations(context: Context): string[] {
  const problems: string[] = [];
  for (const definition of context.definitions) {
    visit(definition, {
      Directive(node) {
        if (node.name.value !== 'deprecated') return;
        const reason = node.arguments?.find((one) => one.name.value === 'reason')?.value;
        const text = reason?.kind === Kind.STRING ? reason.value : '';
        if (/Removal on \d{4}-\d{2}-\d{2}\./.test(text)) return;
        problems.push(`@deprecated says "${text}"; expected "Use x. Removal on YYYY-MM-DD."`);
      },
    });
  }
  return problems;
}

function tenants(context: Context): string[] {
  const named = (name: string): boolean => /tenant|^merchantId$/i.test(name);
  const inputs = context.definitions
    .filter((one): one is InputObjectTypeDefinitionNode => one.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    .flatMap((type) => (type.fields ?? []).map((field) => `${type.name.value}.${field.name.value}`));
  const args = objectsIn(context).flatMap((type) =>
    (type.fields ?? []).flatMap((field) =>
      (field.arguments ?? []).map((one) => `${type.name.value}.${field.name.value}.${one.name.value}`),
    ),
  );
  return [...inputs, ...args]
    .filter((path) => named(path.slice(path.lastIndexOf('.') + 1)))
    .map((path) => `${path} names a tenant: the token says which one.`);
}

const rules = [undescribed, audience, mutations, seams, lists, connections, errorCodes, deprecations, tenants];

/** The subgraph that describes an entity owns it; all others contribute to it or refer to it. */
function ownersOf(texts: readonly { name: string; definitions: readonly DefinitionNode[] }[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { name, definitions } of texts) {
    for (const one of definitions) {
      if (one.kind === Kind.OBJECT_TYPE_DEFINITION && hasDirective(one, 'key') && one.description)
        owners.set(one.name.value, name);
    }
  }
  return owners;
}

function fragileEntities(definitions: readonly DefinitionNode[]): Set<string> {
  const objects = definitions.filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION);
  const fragile = objects.filter((one) => hasDirective(one, 'key') && promisedFields(one).length > 0);
  return new Set(fragile.map((one) => one.name.value));
}

/** One sentence for each place where the SDL breaks a rule of the house. */
export function schemaProblems(texts: readonly SchemaText[]): string[] {
  const parsed = texts.map(({ name, sdl }) => ({ name, definitions: parse(sdl).definitions }));
  const owners = ownersOf(parsed);
  const fragile = fragileEntities(parsed.flatMap(({ definitions }) => definitions));
  return parsed.flatMap(({ name, definitions }) =>
    rules.flatMap((rule) => rule({ file: name, definitions, owners, fragile }).map((problem) => `${name}: ${problem}`)),
  );
}
