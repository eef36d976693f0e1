/** One page of a list, as all lists of the API come. */
export interface ListPage<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The list with the next page behind it. What arrived at the top meanwhile stands in both, and is taken once. */
export function joined<Node extends { readonly id: string }, Page extends ListPage<Node>>(
  before: Page & ListPage<Node>,
  next: Page & ListPage<Node>,
): Page & { nodes: Node[] } {
  const known = new Set(before.nodes.map(({ id }) => id));
  return { ...next, nodes: [...before.nodes, ...next.nodes.filter(({ id }) => !known.has(id))] };
}
