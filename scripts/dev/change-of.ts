/** What a changed file asks for: composing and generating first, or only a new start. */
export type Change = 'schema' | 'source';

/** What the change of a file means for what runs; undefined for a file that it is not made of. */
export function changeOf(path: string): Change | undefined {
  if (/(^|\/)(node_modules|generated|tests)\//.test(path)) return undefined;
  // What composing writes must not make it compose again.
  if (/^schema\/(contracts|operations)\/|^schema\/supergraph\.graphql$/.test(path)) return undefined;
  if (path.startsWith('schema/') && path.endsWith('.graphql')) return 'schema';
  return path.endsWith('.ts') ? 'source' : undefined;
}
