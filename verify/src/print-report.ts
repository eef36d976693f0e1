import type { Finding, Report } from './verify.ts';

const shown = 10;
const count = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString('en')} ${value === 1 ? one : many}`;

function linesOf({ oracle, violations }: Finding): string[] {
  const mark = violations.length === 0 ? 'ok  ' : 'FAIL';
  const found = violations.length === 0 ? '' : `  ${count(violations.length, 'violation')}`;
  const lines = [`${mark} ${oracle.invariants.join(' ').padEnd(6)} ${oracle.name}${found}`];
  if (violations.length === 0) return lines;
  lines.push(`       ${oracle.sentence}`);
  for (const { tenant, subject, found: what } of violations.slice(0, shown)) {
    lines.push(`       - ${tenant ? `merchant ${tenant}, ` : ''}${subject}: ${what}`);
  }
  if (violations.length > shown) lines.push(`       - and ${violations.length - shown} more`);
  return lines;
}

/** The report as people read it: a line per oracle, what broke it, and how much there was to look at. */
export function printReport({ findings, extent }: Report): string {
  const broken = findings.filter(({ violations }) => violations.length > 0).length;
  const looked = [
    count(extent.merchants, 'merchant'),
    count(extent.orders, 'order'),
    count(extent.messages, 'message'),
    count(extent.entries, 'ledger entry', 'ledger entries'),
    count(extent.movements, 'stock movement'),
  ].join(', ');
  return [
    ...findings.flatMap(linesOf),
    '',
    `Looked at ${looked}.`,
    ...(extent.awaitingPeople > 0
      ? [`${count(extent.awaitingPeople, 'dead letter or saga waits', 'dead letters and sagas wait')} for a person.`]
      : []),
    `${findings.length - broken} oracles hold, ${broken} do not.`,
    '',
  ].join('\n');
}

/** The same for programs. */
export function renderJson({ findings, extent }: Report): string {
  const oracles = findings.map(({ oracle: { name, invariants, sentence }, violations }) => ({
    name,
    invariants,
    sentence,
    violations,
  }));
  return `${JSON.stringify({ holds: findings.every(({ violations }) => violations.length === 0), extent, oracles }, null, 2)}\n`;
}
