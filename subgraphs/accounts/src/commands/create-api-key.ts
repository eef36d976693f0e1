import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { hashOf, type ApiKeySecret } from '../credentials/api-key-secret.ts';
import { textProblems } from '../domain/problem.ts';
import { knownScopes, unknownScopes } from '../domain/scopes.ts';
import { ApiKey } from '../entities/api-key.entity.ts';
import { lockMerchant } from './lock-merchant.ts';
import { refuseEscalation, refuseInvalid } from './refusals.ts';

export interface NewApiKey {
  readonly name: string;
  readonly kind: 'PUBLISHABLE' | 'SECRET';
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  /** Made by the caller, who alone can show it: of a secret only the hash is kept. */
  readonly secret: ApiKeySecret;
  readonly grantableScopes: readonly string[];
}

/** Creates an API key. */
export async function createApiKey(
  tx: Transaction,
  input: NewApiKey,
): Promise<Outcome<{ apiKeyId: string }, AccountErrorCode>> {
  const scopes = input.kind === 'PUBLISHABLE' ? [] : input.scopes;
  const problems = [
    ...textProblems('name', input.name, 100),
    ...unknownScopes(scopes).map((scope) => ({
      field: ['scopes'],
      message: `There is no scope ${scope.slice(0, 60).toWellFormed()}.`,
    })),
  ];
  if (input.kind === 'SECRET' && scopes.length === 0) {
    problems.push({ field: ['scopes'], message: 'A secret key without a scope could do nothing. Name at least one.' });
  }
  if (input.expiresAt !== null && input.expiresAt <= tx.now) {
    problems.push({ field: ['expiresAt'], message: 'Expected a time to come.' });
  }
  if (problems.length > 0) return refuseInvalid(problems);
  const escalation = refuseEscalation(scopes, input.grantableScopes, 'scopes');
  if (escalation) return escalation;
  if (!(await lockMerchant(tx))) return refuse('NOT_FOUND', 'The token names a merchant that does not exist.');

  const key = tx.em.create(ApiKey, {
    id: newId(),
    tenantId: tx.tenantId,
    name: input.name.trim(),
    kind: input.kind,
    prefix: input.secret.prefix,
    secretHash: hashOf(input.secret),
    scopes: knownScopes(scopes),
    isActive: true,
    expiresAt: input.expiresAt,
    createdAt: tx.now,
  });
  tx.publish('ApiKeyChanged', {
    apiKeyId: key.id,
    change: 'CREATED',
    name: key.name,
    scopes: [...key.scopes],
    previousValidUntil: null,
  });
  await tx.em.flush();
  return done({ apiKeyId: key.id });
}
