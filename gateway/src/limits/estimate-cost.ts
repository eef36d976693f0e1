import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CostWeights, ListSize } from './cost-weights.ts';

const objectWeight = 1;
const mutationWeight = 10;
/** A list whose length nobody declares. */
const unknownListLength = 10;
const mostItems = 1_000;

/**
 * Estimates what an operation costs before it runs: one point for each object that it may answer with, ten for each
 * mutation, or what `@cost` says. Called for documents within the limits only, so expanding their fragments is cheap.
 */
export function estimateCost(input: {
  schema: GraphQLSchema;
  weights: CostWeights;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}): number {
  const { schema, weights, document, operation, variables } = input;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const open = new Set<string>();

  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  return selectionsCost(operation.selectionSet, root, undefined);

  function selectionsCost(
    set: SelectionSetNode,
    type: GraphQLNamedType,
    sized: { size: number; fields: readonly string[] } | undefined,
  ): number {
    let total = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) total += fieldCost(selection, type, sized);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        total += selectionsCost(selection.selectionSet, named(selection.typeCondition?.name.value) ?? type, sized);
      else {
        const fragment = fragments.get(selection.name.value);
        if (!fragment || open.has(fragment.name.value)) continue;
        open.add(fragment.name.value);
        total += selectionsCost(fragment.selectionSet, named(fragment.typeCondition.name.value) ?? type, sized);
        open.delete(fragment.name.value);
      }
    }
    return total;
  }

  function fieldCost(
    node: FieldNode,
    parent: GraphQLNamedType,
    sized: { size: number; fields: readonly string[] } | undefined,
  ): number {
    const field = fieldOf(parent, node.name.value);
    if (!field) return 0;
    const declared = weights.get(`${parent.name}.${node.name.value}`);
    const type = getNamedType(field.type);
    const isMutation = operation.operation === OperationTypeNode.MUTATION && parent === root;
    const weight = declared?.weight ?? (isMutation ? mutationWeight : isCompositeType(type) ? objectWeight : 0);

    const listSize = declared?.listSize;
    const slice = listSize ? (sliceOf(listSize, field, node) ?? listSize.assumedSize) : undefined;
    const isSized = sized?.fields.includes(node.name.value) ?? false;
    const length = isList(field.type)
      ? isSized
        ? (sized?.size ?? 1)
        : Math.min(slice ?? unknownListLength, mostItems)
      : 1;
    const below =
      listSize && listSize.sizedFields.length > 0
        ? { size: Math.min(slice ?? unknownListLength, mostItems), fields: listSize.sizedFields }
        : undefined;

    return length * (weight + (node.selectionSet ? selectionsCost(node.selectionSet, type, below) : 0));
  }

  /** The length that the caller asks for, or else that the schema gives by default. */
  function sliceOf(
    { slicingArguments }: ListSize,
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): number | undefined {
    const lengths = slicingArguments.map((name) => {
      const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const fallback: unknown = field.args.find((argument) => argument.name === name)?.defaultValue;
      if (!value) return fallback;
      if (value.kind === Kind.VARIABLE) return variables[value.name.value] ?? fallback;
      return value.kind === Kind.INT ? Number(value.value) : fallback;
    });
    const known = lengths.filter((length): length is number => typeof length === 'number' && length >= 0);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  function named(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : schema.getType(name);
  }
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return 'getFields' in type && isCompositeType(type) ? type.getFields()[name] : undefined;
}

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);
