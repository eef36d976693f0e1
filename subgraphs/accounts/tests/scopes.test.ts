import fc from 'fast-check';
import { expect, test } from 'vitest';
import { subgraphNames } from '@ordergraph/schema';
import { allScopes, builtInRoles, escalatedScopes, scopesOf } from '../src/domain/scopes.ts';

test('holds a reading and a writing scope for each subgraph, and no scope twice', () => {
  const derived = subgraphNames.flatMap((name) => [`read_${name}`, `write_${name}`]);

  expect(allScopes).toEqual(expect.arrayContaining(derived));
  expect(new Set(allScopes).size).toBe(allScopes.length);
});

test('an owner may do everything, and a viewer changes nothing', () => {
  expect(builtInRoles.owner).toEqual(allScopes);
  expect(builtInRoles.viewer.every((scope) => scope.startsWith('read_'))).toBe(true);
});

test('every scope of a built-in role stands in the catalogue', () => {
  for (const scopes of Object.values(builtInRoles)) expect(allScopes).toEqual(expect.arrayContaining([...scopes]));
});

test('a role of the merchant that is called like a built-in one grants only what it says', () => {
  expect(scopesOf({ name: 'owner', isBuiltIn: false, scopes: ['read_orders'] })).toEqual(['read_orders']);
});

test('whoever passes the check ends with no scope that its grantor lacks', () => {
  const some = fc.subarray([...allScopes]);
  fc.assert(
    fc.property(some, some, (granted, held) => {
      const isAllowed = escalatedScopes(granted, held).length === 0;
      return isAllowed === granted.every((scope) => held.includes(scope));
    }),
  );
});
