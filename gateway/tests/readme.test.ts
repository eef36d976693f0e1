import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits, overLimit, type LimitName } from '../src/limits/limits.ts';
import { defaultRates } from '../src/limits/rate.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
const spelled = (limit: number): string => limit.toLocaleString('en-US');
// `Object.keys` forgets which names these are.
const names = Object.keys(defaultLimits) as LimitName[];

test.each([
  ...names.map((name): [string, number, string] => [name, defaultLimits[name], overLimit(name, 0, 0).code]),
  ['points', defaultRates.operation, 'COST_LIMIT_EXCEEDED'],
  ['points of a caller', defaultRates.caller.capacity, 'THROTTLED'],
  ['points of a caller in a second', defaultRates.caller.refillPerSecond, 'THROTTLED'],
] as const)('tells the limit of %s: %i, and its code %s', (_name, limit, code) => {
  const row = readme.split('\n').find((line) => line.startsWith('|') && line.endsWith(`| \`${code}\` |`));

  expect(row).toMatch(new RegExp(`(?<![\\d,])${spelled(limit)}(?![\\d,]*\\d)`));
});
