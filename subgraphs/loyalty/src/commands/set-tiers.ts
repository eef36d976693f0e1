import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, findRows, insertRows, newId, updateRow, write } from '@ordergraph/tenancy';
import type { LoyaltyErrorCode } from '../../generated/graphql.ts';
import { ladderProblem } from '../domain/tiers.ts';
import { Program } from '../entities/program.entity.ts';
import { Tier } from '../entities/tier.entity.ts';
import { tellProgram } from '../ledger/tell-program.ts';
import { staleness } from './update-program.ts';

/** A rung of the ladder as staff want it. */
export interface TierInput {
  readonly name: string;
  readonly threshold: number;
  readonly earnMultiplier: string;
  readonly benefits: readonly string[];
}

const mostTiers = 10;
const multiplierForm = /^\d{1,2}(\.\d{1,3})?$/;

function problemOf({ name, threshold, earnMultiplier, benefits }: TierInput): [string, string] | null {
  const wrongName = textProblem('A name', name, 100);
  if (wrongName) return ['name', wrongName];
  if (threshold < 0 || threshold > 1_000_000_000) return ['threshold', 'A threshold is 0 to 1000000000 points.'];
  const factor = multiplierForm.test(earnMultiplier) ? Number(earnMultiplier) : Number.NaN;
  if (!(factor >= 0.1 && factor <= 10)) {
    return ['earnMultiplier', `A multiplier is 0.1 to 10 with at most 3 decimals, got ${earnMultiplier}.`];
  }
  const isSayable = benefits.length <= 20 && benefits.every((benefit) => benefit.length <= 200);
  return isSayable ? null : ['benefits', 'At most 20 benefits of 200 characters each.'];
}

/** A name as people tell it from others. */
const spoken = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** Replaces the ladder. A tier stays the one of its rank; accounts move when they are evaluated next. */
export async function setTiers(
  tx: Transaction,
  tiers: readonly TierInput[],
  expectedVersion: number | null,
): Promise<Outcome<{ programId: string }, LoyaltyErrorCode>> {
  if (tiers.length > mostTiers) return refuse('INVALID', `At most ${mostTiers} tiers, got ${tiers.length}.`, ['tiers']);
  for (const [index, tier] of tiers.entries()) {
    const problem = problemOf(tier);
    if (problem) return refuse('INVALID', problem[1], ['tiers', String(index), problem[0]]);
    const isTaken = tiers.some(({ name }, other) => other < index && spoken(name) === spoken(tier.name));
    if (isTaken) return refuse('INVALID', `Two tiers are called ${tier.name}.`, ['tiers', String(index), 'name']);
  }
  const wrong = ladderProblem(tiers.map(({ threshold }) => threshold));
  if (wrong) return refuse('TIERS_INVALID', wrong, ['tiers']);
  const program = await findRow(tx.em, Program, { tenantId: tx.tenantId }, { lock: 'wait' });
  if (!program) return refuse('NOT_FOUND', 'The merchant has no programme yet. Retry in a moment.');
  const stale = staleness(program, expectedVersion);
  if (stale) return stale;
  const known = await findRows(tx.em, Tier, { tenantId: tx.tenantId }, { orderBy: { rank: 'asc' } });
  const before = shown(known);
  const after = tiers.map((tier, rank) => ({ ...tier, benefits: [...tier.benefits], rank }));
  if (isDeepStrictEqual(shown(after), before)) return done({ programId: program.id });
  for (const tier of after) {
    const row = known.find(({ rank }) => rank === tier.rank);
    if (row) updateRow(tx.em, Tier, row, tier);
    else insertRows(tx.em, Tier, [{ ...tier, id: newId(), tenantId: tx.tenantId }]);
  }
  write(tx.em, 'delete from "loyalty"."tier" where tenant_id = $1 and rank >= $2', [tx.tenantId, after.length]);
  updateRow(tx.em, Program, program, { version: program.version + 1 });
  tellProgram(tx, program, ['tiers'], before, shown(after));
  return done({ programId: program.id });
}

const shown = (tiers: readonly (TierInput & { readonly rank: number })[]) =>
  tiers.map(({ rank, name, threshold, earnMultiplier, benefits }) => ({
    rank,
    name,
    threshold,
    earnMultiplier,
    benefits,
  }));
