import { expect, test } from 'vitest';
import { changeOf } from '../dev/change-of.ts';

test.each([
  ['schema/subgraphs/orders.graphql', 'schema'],
  ['schema/events/orders.graphql', 'schema'],
  ['schema/shared.graphql', 'schema'],
  ['subgraphs/orders/src/commands/place-order.ts', 'source'],
  ['schema/src/event-contracts.ts', 'source'],
])('a change of %s is taken up as one of the %s', (path, change) => {
  expect(changeOf(path)).toBe(change);
});

test.each([
  'schema/supergraph.graphql',
  'schema/contracts/admin.graphql',
  'schema/generated/events.ts',
  'subgraphs/orders/generated/graphql.ts',
  'subgraphs/orders/tests/place-order.test.ts',
  'host/node_modules/pg/index.ts',
  'subgraphs/orders/README.md',
])('a change of %s leaves what runs alone', (path) => {
  expect(changeOf(path)).toBeUndefined();
});
