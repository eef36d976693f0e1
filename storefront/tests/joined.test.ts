import { expect, test } from 'vitest';
import { joined } from '../src/api/joined.ts';

const pageOf = (ids: readonly string[], endCursor: string | null) => ({
  nodes: ids.map((id) => ({ id })),
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
});

test('a list goes on behind its last page, and holds what has arrived at its top once', () => {
  const list = joined(pageOf(['new', 'a', 'b'], 'after b'), pageOf(['b', 'c'], null));
  expect(list).toEqual(pageOf(['new', 'a', 'b', 'c'], null));
});
