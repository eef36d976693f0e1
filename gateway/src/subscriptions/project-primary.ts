import {
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { SubscriptionPlan } from './plan.ts';

/**
 * What is known of an event, in the client's terms: fields that other subgraphs failed to bring are null, required or not.
 * Sent when one of those would otherwise take the whole event with it.
 */
export function projectPrimary(
  plan: SubscriptionPlan,
  data: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { apiJs: schema } = plan.schemas;
  const root = schema.getSubscriptionType();
  if (!root) return {};
  const { operation } = plan;
  // With the defaults that the document gives: conditions are read by these values.
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return projectObject({ plan, schema, variables: coerced }, operation.selectionSet, root, data);
}

interface Projection {
  readonly plan: SubscriptionPlan;
  readonly schema: GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
}

function projectObject(
  projection: Projection,
  set: SelectionSetNode,
  declared: GraphQLNamedType,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { schema } = projection;
  const named = typeof data['__typename'] === 'string' ? schema.getType(data['__typename']) : undefined;
  const type = isObjectType(named) ? named : declared;
  const projected: Record<string, unknown> = {};
  for (const [key, fields] of collect(projection, set, type, new Map())) {
    const name = fields[0]?.name.value ?? '';
    if (name === '__typename') {
      projected[key] = data[key] ?? (isObjectType(type) ? type.name : null);
      continue;
    }
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    const selections = fields.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
    const inner: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
    const below = definition ? getNamedType(definition.type) : undefined;
    projected[key] = projectValue(data[key], (value) =>
      below && selections.length > 0 ? projectObject(projection, inner, below, value) : value,
    );
  }
  return projected;
}

function projectValue(value: unknown, object: (value: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => projectValue(item, object));
  return typeof value === 'object' && value !== null ? object({ ...value }) : (value ?? null);
}

function collect(
  projection: Projection,
  set: SelectionSetNode,
  type: GraphQLNamedType,
  fields: Map<string, FieldNode[]>,
): Map<string, FieldNode[]> {
  const { plan, schema, variables } = projection;
  for (const selection of set.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] === false) continue;
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), selection]);
      continue;
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : plan.operationContext.fragments[selection.name.value];
    const condition = fragment?.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
    const applies =
      condition === type ||
      (isAbstractType(condition) && isObjectType(type) && schema.isSubType(condition, type)) ||
      // Whether an object without its type's name fits is unknown; what it does not have is left out as null.
      (isAbstractType(type) && isObjectType(condition) && schema.isSubType(type, condition));
    if (fragment && applies) collect(projection, fragment.selectionSet, type, fields);
  }
  return fields;
}
