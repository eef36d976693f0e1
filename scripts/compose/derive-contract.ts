import { Kind, buildASTSchema, lexicographicSortSchema, parse, printSchema, visit } from 'graphql';
import type {
  ConstDirectiveNode,
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  TypeDefinitionNode,
  TypeNode,
} from 'graphql';

/** Everyone who sees a part of the supergraph of their own. */
export const audiences = ['storefront', 'partner', 'admin'] as const;

/** Who a contract is for. */
export type Audience = (typeof audiences)[number];

type Types = Map<string, TypeDefinitionNode>;

const rootTypes = ['Query', 'Mutation', 'Subscription'];
const builtInScalars = new Set(['ID', 'String', 'Int', 'Float', 'Boolean']);

function tagsOf(node: { readonly directives?: readonly ConstDirectiveNode[] }): string[] {
  return (node.directives ?? [])
    .filter((directive) => directive.name.value === 'tag')
    .flatMap((directive) => directive.arguments ?? [])
    .flatMap((argument) => (argument.value.kind === Kind.STRING ? [argument.value.value] : []));
}

function isFor(audience: Audience, node: { readonly directives?: readonly ConstDirectiveNode[] }): boolean {
  const tags = tagsOf(node);
  return tags.length === 0 || tags.includes(audience);
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}

function isTypeDefinition(definition: DefinitionNode): definition is TypeDefinitionNode {
  return definition.kind.endsWith('TypeDefinition');
}

function publicTypes(supergraph: DocumentNode): Types {
  const types = supergraph.definitions.filter(isTypeDefinition);
  return new Map(
    types.filter((type) => !/^(join|link)__/.test(type.name.value)).map((type) => [type.name.value, type]),
  );
}

/** One round of dropping. What a type loses may take others with it, so it is repeated until nothing changes. */
function keptIn(audience: Audience, types: Types): Types {
  const exists = (type: TypeNode): boolean => builtInScalars.has(namedTypeOf(type)) || types.has(namedTypeOf(type));
  const keepsInput = (input: InputValueDefinitionNode): boolean => isFor(audience, input) && exists(input.type);
  const keepsField = (field: FieldDefinitionNode, type: TypeDefinitionNode): boolean =>
    (rootTypes.includes(type.name.value) ? tagsOf(field).includes(audience) : isFor(audience, field)) &&
    exists(field.type);

  const kept: Types = new Map();
  for (const [name, type] of types) {
    if (!isFor(audience, type)) continue;
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      const fields = (type.fields ?? [])
        .filter((field) => keepsField(field, type))
        .map((field) => ({ ...field, arguments: (field.arguments ?? []).filter(keepsInput) }));
      if (fields.length > 0) kept.set(name, { ...type, fields });
    } else if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      const fields = (type.fields ?? []).filter(keepsInput);
      if (fields.length > 0) kept.set(name, { ...type, fields });
    } else if (type.kind === Kind.ENUM_TYPE_DEFINITION) {
      kept.set(name, { ...type, values: (type.values ?? []).filter((value) => isFor(audience, value)) });
    } else {
      kept.set(name, type);
    }
  }
  return kept;
}

function sizeOf(types: Types): number {
  let size = 0;
  for (const type of types.values()) size += 1 + ('fields' in type ? (type.fields ?? []).length : 0);
  return size;
}

function referencesOf(type: TypeDefinitionNode): string[] {
  const references: string[] = [];
  visit(type, {
    NamedType(node) {
      references.push(node.name.value);
    },
  });
  return references;
}

function reachable(types: Types): Types {
  const reached: Types = new Map();
  const pending = [...rootTypes];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const type = types.get(name);
    if (!type || reached.has(name)) continue;
    reached.set(name, type);
    pending.push(...referencesOf(type));
  }
  return reached;
}

/** A contract is for clients: what only composition, planning and limits read is left out. */
function withoutServerDirectives(types: Types): DocumentNode {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...types.values()] };
  return visit(document, {
    Directive: (node) => (node.name.value === 'deprecated' ? undefined : null),
  });
}

/**
 * The part of the supergraph that an audience sees: root fields that carry its tag, members that are not tagged for
 * others only, and what can be reached from there. Throws when that is no valid schema.
 */
export function deriveContract(supergraphSdl: string, audience: Audience): string {
  let types = publicTypes(parse(supergraphSdl));
  for (let size = -1; size !== sizeOf(types);) {
    size = sizeOf(types);
    types = keptIn(audience, types);
  }
  const schema = buildASTSchema(withoutServerDirectives(reachable(types)));
  return `# What the ${audience} sees of the supergraph. Derived by \`npm run compose\`; change the @tag directives instead.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}
