import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { textProblems } from '../domain/problem.ts';
import { ApiKey } from '../entities/api-key.entity.ts';
import { refuseInvalid } from './refusals.ts';

/** Ends an API key. Tokens issued for it before run out within minutes. */
export async function revokeApiKey(
  tx: Transaction,
  { apiKeyId, reason }: { readonly apiKeyId: string | null; readonly reason: string },
): Promise<Outcome<{ apiKeyId: string }, AccountErrorCode>> {
  const problems = textProblems('reason', reason, 500);
  if (problems.length > 0) return refuseInvalid(problems);
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  const key = apiKeyId === null ? null : await tx.em.findOne(ApiKey, { id: apiKeyId }, lock);
  if (!key) return refuse('NOT_FOUND', 'There is no API key with this id.', ['id']);

  if (key.isActive) {
    key.isActive = false;
    key.revocationReason = reason.trim();
    tx.publish('ApiKeyChanged', {
      apiKeyId: key.id,
      change: 'REVOKED',
      name: key.name,
      scopes: [...key.scopes],
      previousValidUntil: null,
    });
    await tx.em.flush();
  }
  return done({ apiKeyId: key.id });
}
