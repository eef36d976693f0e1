import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, updateRow } from '@ordergraph/tenancy';
import type { LoyaltyErrorCode } from '../../generated/graphql.ts';
import type { ReversalPolicy } from '../domain/reversal.ts';
import { currencyProblem } from '../domain/sold-currencies.ts';
import { Program } from '../entities/program.entity.ts';
import { shownProgram, tellProgram } from '../ledger/tell-program.ts';

/** What staff change of a programme; what is undefined stays. */
export interface ProgramChanges {
  readonly name?: string | undefined;
  readonly pointsName?: string | undefined;
  readonly isActive?: boolean | undefined;
  readonly pendingDays?: number | undefined;
  /** Null: points never expire. */
  readonly expiryMonths?: number | null | undefined;
  readonly pointValue?: Money | undefined;
  readonly redemptionUnit?: number | undefined;
  readonly reversalPolicy?: ReversalPolicy | undefined;
}

const within = (value: number | null | undefined, least: number, most: number): boolean =>
  value == null || (value >= least && value <= most);

function problemOf(changes: ProgramChanges): [string, string] | null {
  const { name, pointsName, pendingDays, expiryMonths, pointValue, redemptionUnit } = changes;
  for (const [field, text] of [['name', name] as const, ['pointsName', pointsName] as const]) {
    const problem = text === undefined ? null : textProblem('A name', text, 100);
    if (problem) return [field, problem];
  }
  if (!within(pendingDays, 0, 365)) return ['pendingDays', `Points are pending for 0 to 365 days, got ${pendingDays}.`];
  if (!within(expiryMonths, 1, 120)) return ['expiryMonths', `Points last 1 to 120 months, got ${expiryMonths}.`];
  if (!within(redemptionUnit, 1, 1_000_000)) return ['redemptionUnit', 'Points are redeemed in units of 1 to 1000000.'];
  if (pointValue && (pointValue.minor <= 0n || pointValue.minor > 1_000_000n)) {
    return ['pointValue', 'A point is worth at least one minor unit of its currency, and at most a million of them.'];
  }
  return null;
}

/** Changes a programme. Points that exist keep their dates; refunds go by the policy of their moment. */
export async function updateProgram(
  tx: Transaction,
  changes: ProgramChanges,
  expectedVersion: number | null,
): Promise<Outcome<{ programId: string }, LoyaltyErrorCode>> {
  const problem = problemOf(changes);
  if (problem) return refuse('INVALID', problem[1], [problem[0]]);
  const program = await findRow(tx.em, Program, { tenantId: tx.tenantId }, { lock: 'wait' });
  if (!program) return refuse('NOT_FOUND', 'The merchant has no programme yet. Retry in a moment.');
  const stale = staleness(program, expectedVersion);
  if (stale) return stale;
  const { pointValue, ...others } = changes;
  const { soldCurrencyCodes: sold, currencyCode: present } = program;
  const unsold = currencyProblem(sold, pointValue?.currencyCode ?? null, present);
  if (unsold) return refuse('INVALID', unsold, ['pointValue']);
  const columns: Partial<Program> = {
    ...others,
    ...(pointValue ? { pointValueMinor: pointValue.minor, currencyCode: pointValue.currencyCode } : {}),
  };
  const before = shownProgram(program);
  const changed = Object.entries(columns).filter(
    ([name, value]) => value !== undefined && value !== Reflect.get(program, name),
  );
  const paths = changed.map(([name]) => name);
  if (paths.length > 0) {
    updateRow(tx.em, Program, program, { ...Object.fromEntries(changed), version: program.version + 1 });
    tellProgram(tx, program, paths, before);
  }
  return done({ programId: program.id });
}

/** The refusal of a change that was decided on an older state of the programme; null when it is the present one. */
export function staleness(program: Program, expectedVersion: number | null) {
  if (expectedVersion === null || expectedVersion === program.version) return null;
  return refuse<LoyaltyErrorCode>(
    'VERSION_MISMATCH',
    `The programme is at version ${program.version}, not ${expectedVersion}. Read it again.`,
    ['expectedVersion'],
  );
}
