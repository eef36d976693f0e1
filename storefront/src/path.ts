/** The steps of a path, decoded: `/orders/a%20b` → `['orders', 'a b']`, `/` → none. Null for what no address of ours is. */
export function stepsOfPath(path: string): string[] | null {
  if (path === '/') return [];
  try {
    const steps = path.slice(1).split('/').map(decodeURIComponent);
    return steps.includes('') ? null : steps;
  } catch {
    // A per cent sign with no character behind it.
    return null;
  }
}
