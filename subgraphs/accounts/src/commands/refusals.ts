import type { Refusal } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import type { Problem } from '../domain/problem.ts';
import { escalatedScopes } from '../domain/scopes.ts';

/** Refuses an input for everything that is wrong with it. */
export function refuseInvalid(problems: readonly Problem[]): {
  readonly refusals: readonly Refusal<AccountErrorCode>[];
} {
  return { refusals: problems.map(({ field, message }) => ({ code: 'INVALID', field, message })) };
}

/** The refusal of somebody who would hand out what they do not hold; null when they may. */
export function refuseEscalation(
  granted: readonly string[],
  grantableScopes: readonly string[],
  field: string,
): { readonly refusals: readonly Refusal<AccountErrorCode>[] } | null {
  const missing = escalatedScopes(granted, grantableScopes);
  if (missing.length === 0) return null;
  const message = `Nobody can grant what they do not hold. Missing: ${missing.join(', ')}.`;
  return { refusals: [{ code: 'SCOPE_ESCALATION', message, field: [field] }] };
}
