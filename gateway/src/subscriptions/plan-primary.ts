import {
  Kind,
  parse,
  print,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql';
import { getNamedType, isNonNullType, isObjectType, isScalarType } from 'graphql';

/** Names that the gateway adds to what it asks of the owning subgraph; they never reach a client. */
const afterVariable = 'ordergraphAfter';
export const cursorAlias = 'ordergraphCursor';
export const keyAlias = 'ordergraphKey';

/** What the subgraph that owns the subscription field is asked. */
export interface Primary {
  readonly subgraph: string;
  readonly query: string;
  /** Name under which the root field stands in the answer. */
  readonly responseKey: string;
  /** Variables of the client that the subgraph needs. */
  readonly variables: readonly string[];
  /** Whether the field continues behind a cursor. */
  readonly canResume: boolean;
  /** Whether each event carries its cursor, asked for by the gateway where the client did not. */
  readonly hasCursor: boolean;
}

/**
 * Adds to the planner's operation what the gateway itself has to know: the cursor of each event, the key by which values
 * replace each other, and `after` as a variable of its own, so that a stream can be opened again where it broke off.
 */
export function planPrimary(
  fetch: { serviceName: string; operation: string },
  field: GraphQLField<unknown, unknown>,
  key: string | undefined,
): Primary | undefined {
  const document = parse(fetch.operation, { noLocation: true });
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [root] = operation?.selectionSet.selections ?? [];
  if (!operation || root?.kind !== Kind.FIELD) return undefined;

  const canResume = acceptsAfter(field);
  const hasCursor = tellsCursor(field);
  const extra: SelectionNode[] = [
    ...(hasCursor ? [aliased(cursorAlias, 'cursor')] : []),
    ...(key ? selectionsOf(`{ ${keyAlias}: ${key} }`) : []),
  ];
  const augmented: FieldNode = {
    ...root,
    arguments: [
      ...(root.arguments ?? []).filter(({ name }) => !canResume || name.value !== 'after'),
      ...(canResume ? [afterArgument] : []),
    ],
    ...(root.selectionSet
      ? { selectionSet: { ...root.selectionSet, selections: [...root.selectionSet.selections, ...extra] } }
      : {}),
  };
  const rewritten = withRoot(document, operation, augmented, canResume);
  return {
    subgraph: fetch.serviceName,
    query: print(rewritten),
    responseKey: root.alias?.value ?? root.name.value,
    variables: declaredIn(rewritten).filter((name) => name !== afterVariable),
    canResume,
    hasCursor,
  };
}

/** The variables of one opening: the client's, and where to continue. */
export function primaryVariables(
  primary: Primary,
  variables: Readonly<Record<string, unknown>>,
  after: string | null,
): Record<string, unknown> {
  const used: Record<string, unknown> = {};
  for (const name of primary.variables) if (Object.hasOwn(variables, name)) used[name] = variables[name];
  if (primary.canResume) used[afterVariable] = after;
  return used;
}

/** Where a client's operation asks to continue, and the variable that says so when nothing else uses it. */
export interface AskedAfter {
  readonly valueIn: (variables: Readonly<Record<string, unknown>>) => string | null;
  readonly onlyVariable: string | undefined;
}

/** Reads `after` of a client's root field, whether it stands in the document or comes as a variable. */
export function readAfter(document: DocumentNode, operation: OperationDefinitionNode, root: FieldNode): AskedAfter {
  const value = root.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return { valueIn: () => textOf(value), onlyVariable: undefined };
  const variable = value.name.value;
  const fallback = operation.variableDefinitions?.find((one) => one.variable.name.value === variable)?.defaultValue;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      if (name.value === variable) uses++;
    },
  });
  return {
    valueIn(variables) {
      const given = variables[variable];
      return given === undefined ? textOf(fallback) : typeof given === 'string' ? given : null;
    },
    onlyVariable: uses === 1 ? variable : undefined,
  };
}

const textOf = (value: ValueNode | undefined): string | null => (value?.kind === Kind.STRING ? value.value : null);

const acceptsAfter = ({ args }: GraphQLField<unknown, unknown>): boolean => {
  const after = args.find(({ name }) => name === 'after');
  return after !== undefined && isScalarType(after.type) && after.type.name === 'String';
};

function tellsCursor({ type }: GraphQLField<unknown, unknown>): boolean {
  const payload = getNamedType(type);
  // A list of payloads has no one cursor.
  if (payload !== (isNonNullType(type) ? type.ofType : type) || !isObjectType(payload)) return false;
  const cursor = payload.getFields()['cursor'];
  return cursor !== undefined && getNamedType(cursor.type).name === 'String' && cursor.args.length === 0;
}

const nameNode = (value: string) => ({ kind: Kind.NAME, value }) as const;

const aliased = (alias: string, name: string): FieldNode => ({
  kind: Kind.FIELD,
  alias: nameNode(alias),
  name: nameNode(name),
});

const afterArgument: ArgumentNode = {
  kind: Kind.ARGUMENT,
  name: nameNode('after'),
  value: { kind: Kind.VARIABLE, name: nameNode(afterVariable) },
};

function selectionsOf(text: string): readonly SelectionNode[] {
  const [definition] = parse(text, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
}

/** The document with another root field, and with exactly the variables that it then uses. */
function withRoot(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: FieldNode,
  canResume: boolean,
): DocumentNode {
  const changed: OperationDefinitionNode = {
    ...operation,
    selectionSet: { ...operation.selectionSet, selections: [root, ...operation.selectionSet.selections.slice(1)] },
    variableDefinitions: [],
  };
  const rest = document.definitions.filter((definition) => definition !== operation);
  const used = new Set<string>();
  visit({ ...document, definitions: [changed, ...rest] }, { Variable: ({ name }) => void used.add(name.value) });
  const kept = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
  return {
    ...document,
    definitions: [
      {
        ...changed,
        variableDefinitions: [
          ...kept,
          ...(canResume
            ? [
                {
                  kind: Kind.VARIABLE_DEFINITION,
                  variable: { kind: Kind.VARIABLE, name: nameNode(afterVariable) },
                  type: { kind: Kind.NAMED_TYPE, name: nameNode('String') },
                } as const,
              ]
            : []),
        ],
      },
      ...rest,
    ],
  };
}

const declaredIn = (document: DocumentNode): string[] =>
  document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
      : [],
  );
