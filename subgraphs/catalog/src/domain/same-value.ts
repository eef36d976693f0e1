/** Compares values as they are stored: JSON columns come back with their keys in PostgreSQL's order, and no value is null. */
export function isSameValue(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

const canonical = (value: unknown): string =>
  JSON.stringify(value ?? null, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
