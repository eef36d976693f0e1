import { Kind, parse, type ConstDirectiveNode, type ConstValueNode, type FieldDefinitionNode } from 'graphql';

/** How long the list is that a field answers with, as `@listSize` tells. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that carry the length, `first` and `last`. */
  readonly slicingArguments: readonly string[];
  /** Fields of the answer that are that long, `edges` and `nodes`; empty when the answer itself is the list. */
  readonly sizedFields: readonly string[];
}

/** What `@cost` and `@listSize` say about one field. */
export interface FieldWeight {
  readonly weight: number | undefined;
  readonly listSize: ListSize | undefined;
}

/** The weights of a supergraph, by `Type.field`. The API schema has lost them, so they are read from the supergraph's text. */
export type CostWeights = ReadonlyMap<string, FieldWeight>;

export function readCostWeights(supergraphSdl: string): CostWeights {
  const weights = new Map<string, FieldWeight>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const weight = readWeight(field);
      if (weight) weights.set(`${definition.name.value}.${field.name.value}`, weight);
    }
  }
  return weights;
}

function readWeight({ directives = [] }: FieldDefinitionNode): FieldWeight | undefined {
  // A subgraph that does not import them gets them under the federation's own prefix.
  const find = (name: string): ConstDirectiveNode | undefined =>
    directives.find((directive) => directive.name.value === name || directive.name.value === `federation__${name}`);
  const cost = find('cost');
  const listSize = find('listSize');
  if (!cost && !listSize) return undefined;
  return {
    weight: cost ? readNumber(argumentOf(cost, 'weight')) : undefined,
    listSize: listSize && {
      assumedSize: readNumber(argumentOf(listSize, 'assumedSize')),
      slicingArguments: readNames(argumentOf(listSize, 'slicingArguments')),
      sizedFields: readNames(argumentOf(listSize, 'sizedFields')),
    },
  };
}

const argumentOf = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((argument) => argument.name.value === name)?.value;

const readNumber = (value: ConstValueNode | undefined): number | undefined =>
  value && 'value' in value && Number.isFinite(Number(value.value)) ? Number(value.value) : undefined;

const readNames = (value: ConstValueNode | undefined): string[] =>
  value?.kind === Kind.LIST ? value.values.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : [])) : [];
