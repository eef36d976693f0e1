import { Kind, OperationTypeNode, type DocumentNode, type SelectionSetNode } from 'graphql';

/**
 * Whether a subscription's own field stands under `@include` or `@skip`, in whichever of the document's operations.
 * Linear in the document's length: each fragment is looked at once.
 */
export function hasConditionalRoot({ definitions }: DocumentNode): boolean {
  const looked = new Set<string>();
  const isConditional = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.directives?.some(({ name }) => name.value === 'include' || name.value === 'skip')) return true;
      if (selection.kind === Kind.FIELD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet);
      const name = selection.name.value;
      if (looked.has(name)) return false;
      looked.add(name);
      return definitions.some(
        (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name && isConditional(one.selectionSet),
      );
    });
  return definitions.some(
    (one) =>
      one.kind === Kind.OPERATION_DEFINITION &&
      one.operation === OperationTypeNode.SUBSCRIPTION &&
      isConditional(one.selectionSet),
  );
}
