import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { findInstallation, look, type Installation, type Oracle, type Violation } from './oracle.ts';
import { oracles as allOracles } from './oracles/index.ts';

/** What one oracle found. */
export interface Finding {
  readonly oracle: Oracle;
  readonly violations: readonly Violation[];
}

/** How much there was to look at: an empty database breaks nothing. */
export interface Extent {
  readonly merchants: number;
  readonly orders: number;
  readonly messages: number;
  readonly entries: number;
  readonly movements: number;
  /** Dead letters and sagas that need attention: no violations, but somebody has to look. */
  readonly awaitingPeople: number;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly extent: Extent;
}

/** Refuses a connection that would see nothing, or only a part, and so find nothing wrong. */
export async function assertSeesEverything(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string; sees: boolean }>(
    'select rolname as name, rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user',
  );
  if (rows[0]?.sees) return;
  throw new Error(
    `Row-level security hides the merchants’ rows from ${rows[0]?.name ?? 'this role'}. Connect as a superuser, or as a role with BYPASSRLS.`,
  );
}

async function measure(client: ClientBase, { subgraphs }: Installation): Promise<Extent> {
  const sum = (table: string, where = 'true'): string =>
    subgraphs.map((name) => `(select count(*) from "${name}".${table} where ${where})`).join(' + ');
  const { rows } = await client.query<Record<keyof Extent, string>>(
    `select (select count(*) from accounts.merchant) as merchants, (select count(*) from orders."order") as orders,
       ${sum('outbox')} as messages, (select count(*) from payments.journal) as entries,
       (select count(*) from inventory.movement) as movements,
       ${sum('parked_event', `state = 'DEAD'`)}
         + (select count(*) from orders.saga where status = 'NEEDS_ATTENTION') as "awaitingPeople"`,
  );
  const counted = rows[0];
  const read = (name: keyof Extent): number => Number(counted?.[name] ?? 0);
  return {
    merchants: read('merchants'),
    orders: read('orders'),
    messages: read('messages'),
    entries: read('entries'),
    movements: read('movements'),
    awaitingPeople: read('awaitingPeople'),
  };
}

/** One look at everything, all of it in the same state. */
async function lookAtAll(client: ClientBase, oracles: readonly Oracle[]): Promise<Report> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const installation = await findInstallation(client);
    if (installation.subgraphs.length === 0)
      throw new Error('There is no Ordergraph in this database: no schema has an outbox.');
    const findings: Finding[] = [];
    for (const oracle of oracles) findings.push({ oracle, violations: await look(client, oracle, installation) });
    return { findings, extent: await measure(client, installation) };
  } finally {
    await client.query('rollback');
  }
}

const sameAs = (one: Violation) => (other: Violation) =>
  one.tenant === other.tenant && one.subject === other.subject && one.found === other.found;

/**
 * Asks every oracle. What may still be on its way is looked at again until it has settled or the patience is over, and
 * counts only if it was there all the time: so a busy installation can be checked as well as one at rest.
 */
export async function verify(client: ClientBase, options: { patienceMs: number }): Promise<Report> {
  await assertSeesEverything(client);
  const deadline = performance.now() + options.patienceMs;
  let report = await lookAtAll(client, allOracles);
  const isOpen = ({ oracle, violations }: Finding): boolean => oracle.settles === true && violations.length > 0;
  while (report.findings.some(isOpen) && performance.now() < deadline) {
    await pause(250);
    const again = await lookAtAll(
      client,
      report.findings.filter(isOpen).map(({ oracle }) => oracle),
    );
    const findings = report.findings.map((finding) => {
      const later = again.findings.find(({ oracle }) => oracle === finding.oracle);
      return later
        ? { ...finding, violations: finding.violations.filter((one) => later.violations.some(sameAs(one))) }
        : finding;
    });
    report = { findings, extent: again.extent };
  }
  return report;
}
