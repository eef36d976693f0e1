import { expect, test } from 'vitest';
import { textProblem } from '../src/index.ts';

test.for([
  ['A present.', null],
  [' x ', null],
  ['x'.repeat(20), null],
  ['', 'A reason has 1 to 20 characters, got 0.'],
  ['x'.repeat(21), 'A reason has 1 to 20 characters, got 21.'],
  [' \t\u00A0', 'A reason has 1 to 20 characters that are not all blank, got 3 blank ones.'],
] as const)('of %j is said: %s', ([text, problem]) => {
  expect(textProblem('A reason', text, 20)).toBe(problem);
});
