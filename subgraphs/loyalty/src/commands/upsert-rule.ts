import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, findRows, insertRows, newId, updateRow } from '@ordergraph/tenancy';
import type { LoyaltyErrorCode } from '../../generated/graphql.ts';
import { currencyProblem } from '../domain/sold-currencies.ts';
import { CategoryCopy } from '../entities/product-copy.entity.ts';
import { EarningRule, EarningRuleVersion } from '../entities/earning-rule.entity.ts';
import { Program } from '../entities/program.entity.ts';
import { tellProgram } from '../ledger/tell-program.ts';

/** An earning rule as staff want it. */
export interface RuleInput {
  /** Undefined makes a rule; null names none that exists. */
  readonly id: string | null | undefined;
  readonly rule: Omit<EarningRule, 'id' | 'tenantId' | 'version'>;
  readonly expectedVersion: number | null;
}

const mostRules = 100;
const mostPoints = 1_000_000;

function problemOf({
  name,
  points,
  perMinor,
  categoryIds,
  startsAt,
  endsAt,
}: RuleInput['rule']): [string, string] | null {
  const wrongName = textProblem('A name', name, 200);
  if (wrongName) return ['name', wrongName];
  if (points < 1 || points > mostPoints) return ['points', `A rule gives 1 to ${mostPoints} points, got ${points}.`];
  if (perMinor !== null && perMinor <= 0n) return ['per', 'The amount is above zero.'];
  if (categoryIds.length > 250) return ['categoryIds', `At most 250 categories, got ${categoryIds.length}.`];
  if (startsAt && endsAt && startsAt >= endsAt) return ['endsAt', 'A rule ends after it starts.'];
  return null;
}

/** Makes an earning rule, or a new version of one. What was earned keeps the version that gave it. */
export async function upsertRule(
  tx: Transaction,
  { id, rule, expectedVersion }: RuleInput,
): Promise<Outcome<{ ruleId: string }, LoyaltyErrorCode>> {
  const problem = problemOf(rule);
  if (problem) return refuse('INVALID', problem[1], [problem[0]]);
  const { categoryIds } = rule;
  const categories =
    categoryIds.length > 0 ? await findRows(tx.em, CategoryCopy, { tenantId: tx.tenantId, id: categoryIds }) : [];
  if (categories.length < new Set(categoryIds).size) {
    return refuse('NOT_FOUND', 'There is no category with one of these ids.', ['categoryIds']);
  }
  // The programme's row is what its changes wait for.
  const program = await findRow(tx.em, Program, { tenantId: tx.tenantId }, { lock: 'wait' });
  if (!program) return refuse('NOT_FOUND', 'The merchant has no programme yet. Retry in a moment.');
  const before = id == null ? null : await findRow(tx.em, EarningRule, { id }, { lock: 'wait' });
  const unsold = currencyProblem(program.soldCurrencyCodes, rule.currencyCode, before?.currencyCode ?? null);
  if (unsold) return refuse('INVALID', unsold, ['per']);
  if (id === undefined) {
    const known = await findRows(tx.em, EarningRule, { tenantId: tx.tenantId });
    if (known.length >= mostRules) return refuse('INVALID', `A programme has at most ${mostRules} rules. Change one.`);
    const made = { ...rule, id: newId(), tenantId: tx.tenantId, version: 1 };
    writeRule(tx, made);
    tellProgram(tx, program, [`earningRules.${made.id}`], null, shown(made));
    return done({ ruleId: made.id });
  }
  if (!before) return refuse('NOT_FOUND', 'There is no earning rule with this id.', ['id']);
  if (expectedVersion !== null && expectedVersion !== before.version) {
    const message = `The rule is at version ${before.version}, not ${expectedVersion}. Read it again.`;
    return refuse('VERSION_MISMATCH', message, ['expectedVersion']);
  }
  const shownBefore = shown(before);
  if (isDeepStrictEqual(shown({ ...before, ...rule }), shownBefore)) return done({ ruleId: before.id });
  const after = { ...before, ...rule, version: before.version + 1 };
  updateRow(tx.em, EarningRule, before, { ...rule, version: after.version });
  keepVersion(tx, after);
  tellProgram(tx, program, [`earningRules.${after.id}`], shownBefore, shown(after));
  return done({ ruleId: after.id });
}

/** Writes a new rule and its first version. */
export function writeRule(tx: Transaction, rule: EarningRule): void {
  insertRows(tx.em, EarningRule, [rule]);
  keepVersion(tx, rule);
}

function keepVersion(tx: Transaction, rule: EarningRule): void {
  insertRows(tx.em, EarningRuleVersion, [
    {
      tenantId: tx.tenantId,
      ruleId: rule.id,
      version: rule.version,
      definition: shown(rule),
      actorType: tx.actor.type,
      actorId: tx.actor.id,
      createdAt: tx.now,
    },
  ]);
}

const shown = ({ tenantId: _tenantId, perMinor, ...rule }: EarningRule) => ({
  ...rule,
  perMinor: perMinor?.toString() ?? null,
});
