import {
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** What a document asks for, in the units of the limits. */
export interface DocumentSize {
  depth: number;
  nesting: number;
  rootFields: number;
  aliases: number;
  fragments: number;
  selections: number;
  directives: number;
  conditions: number;
  listItems: number;
  inputNesting: number;
  /** A fragment that spreads itself, directly or through others. */
  cycle: string | undefined;
}

/** What one selection set amounts to once its spreads are expanded. */
interface Expansion {
  depth: number;
  nesting: number;
  selections: number;
  /** Fields at its own level, looking through fragments. */
  fields: number;
}

// Twenty fragments that each spread the next one twice expand to a million selections, and fifty to more than a number
// holds. Sums stop here, so that they stay comparable.
const most = 1_000_000_000;
const nothing: Expansion = { depth: 0, nesting: 0, selections: 0, fields: 0 };

/**
 * Measures a parsed document in time linear in its length: each fragment is expanded once and remembered.
 */
export function measureDocument(document: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);

  const counted = { aliases: 0, directives: 0, listItems: 0, inputNesting: 0 };
  const conditionVariables = new Set<string>();
  const expanded = new Map<string, Expansion | 'underway'>();
  let cycle: string | undefined;

  const expandFragment = (name: string): Expansion => {
    const known = expanded.get(name);
    if (known === 'underway') cycle = name;
    if (known) return known === 'underway' ? nothing : known;
    expanded.set(name, 'underway');
    const fragment = fragments.get(name);
    const expansion = fragment ? expandSelections(fragment.selectionSet) : nothing;
    expanded.set(name, expansion);
    return expansion;
  };

  const expandSelections = (set: SelectionSetNode): Expansion => {
    const total = { ...nothing };
    for (const selection of set.selections) {
      const part = expandSelection(selection);
      total.depth = Math.max(total.depth, part.depth);
      total.nesting = Math.max(total.nesting, part.nesting);
      total.selections = Math.min(most, total.selections + part.selections);
      total.fields = Math.min(most, total.fields + part.fields);
    }
    return { ...total, nesting: total.nesting + 1 };
  };

  const expandSelection = (selection: SelectionNode): Expansion => {
    countDirectives(selection.directives, selection.kind !== Kind.FIELD);
    if (selection.kind === Kind.FIELD) {
      if (selection.alias) counted.aliases++;
      countArguments(selection.arguments);
      const inner = selection.selectionSet ? expandSelections(selection.selectionSet) : nothing;
      // Introspection nests by its own rules, and graphql-js limits how it may recurse.
      const deeper = selection.name.value.startsWith('__') ? 0 : inner.depth + 1;
      const nesting = selection.name.value.startsWith('__') ? 0 : inner.nesting;
      return { depth: deeper, nesting, selections: Math.min(most, inner.selections + 1), fields: 1 };
    }
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? expandFragment(selection.name.value)
        : expandSelections(selection.selectionSet);
    return { ...inner, selections: Math.min(most, inner.selections + 1) };
  };

  const countDirectives = (directives: readonly DirectiveNode[] | undefined, onFragment: boolean): void => {
    for (const { name, arguments: given } of directives ?? []) {
      counted.directives++;
      countArguments(given);
      if (!onFragment || (name.value !== 'include' && name.value !== 'skip')) continue;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) conditionVariables.add(value.name.value);
    }
  };

  const countArguments = (given: readonly ArgumentNode[] | undefined): void => {
    for (const { value } of given ?? []) countValue(value, 0);
  };

  const countValue = (value: ValueNode, level: number): void => {
    if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return;
    counted.inputNesting = Math.max(counted.inputNesting, level + 1);
    if (value.kind === Kind.LIST) {
      counted.listItems = Math.max(counted.listItems, value.values.length);
      for (const item of value.values) countValue(item, level + 1);
    } else for (const field of value.fields) countValue(field.value, level + 1);
  };

  const operations = { ...nothing };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      countDirectives(definition.directives, false);
      expandFragment(definition.name.value);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      countDirectives(definition.directives, false);
      for (const { directives, defaultValue } of definition.variableDefinitions ?? []) {
        countDirectives(directives, false);
        if (defaultValue) countValue(defaultValue, 0);
      }
      const size = expandSelections(definition.selectionSet);
      for (const unit of ['depth', 'nesting', 'selections', 'fields'] as const)
        operations[unit] = Math.max(operations[unit], size[unit]);
    }
  }

  const { depth, nesting, selections, fields: rootFields } = operations;
  return {
    depth,
    nesting,
    selections,
    rootFields,
    ...counted,
    fragments: fragments.size,
    conditions: conditionVariables.size,
    cycle,
  };
}
