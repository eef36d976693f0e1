/** A category as the tree sees it. */
export interface TreeNode {
  readonly id: string;
  readonly name: string;
  readonly parentId?: string | null;
}

/** Whether `id` would become its own descendant under `parentId`. */
export function makesCycle(tree: readonly TreeNode[], id: string, parentId: string | null): boolean {
  const parents = new Map(tree.map((node) => [node.id, node.parentId ?? null]));
  const seen = new Set<string>();
  for (let at = parentId; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === id) return true;
    seen.add(at);
  }
  return false;
}

/** All nodes, each after its parent, siblings by name. */
export function parentsFirst<Node extends TreeNode>(tree: readonly Node[]): Node[] {
  const byName = tree.toSorted((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
  const children = Map.groupBy(byName, (node) => node.parentId ?? null);
  const ordered: Node[] = [];
  const level = [...(children.get(null) ?? [])];
  while (level.length > 0) {
    const node = level.shift();
    if (!node) break;
    ordered.push(node);
    level.push(...(children.get(node.id) ?? []));
  }
  return ordered;
}
