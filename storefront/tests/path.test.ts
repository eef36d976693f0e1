import { expect, test } from 'vitest';
import { stepsOfPath } from '../src/path.ts';

test.each([
  ['/', []],
  ['/orders', ['orders']],
  ['/products/a%20b', ['products', 'a b']],
  ['/products/a%2Fb', ['products', 'a/b']],
  ['//orders', null],
  ['/orders//x', null],
  ['/orders/%E0%A4%A', null],
  ['/products/%', null],
])('the steps of %s', (path, expected) => {
  expect(stepsOfPath(path)).toEqual(expected);
});
