import type { Refusal } from '@ordergraph/subgraph-server';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import type { Problem } from '../domain/problem.ts';

/** Refusals for problems of one kind. */
export function refusalsOf(code: CatalogErrorCode, problems: readonly Problem[]): Refusal<CatalogErrorCode>[] {
  return problems.map(({ field, message }) => ({ code, message, field }));
}
