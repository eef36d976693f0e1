import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { textProblems } from '../domain/problem.ts';
import { lockMerchant } from './lock-merchant.ts';
import { refuseInvalid } from './refusals.ts';

export interface MerchantStatusChange {
  readonly status: 'ACTIVE' | 'SUSPENDED';
  readonly reason: string;
}

/** Suspends a merchant or ends the suspension. A merchant that is in that status already stays as it is. */
export async function setMerchantStatus(
  tx: Transaction,
  { status, reason }: MerchantStatusChange,
): Promise<Outcome<{ merchantId: string }, AccountErrorCode>> {
  const problems = textProblems('reason', reason, 500);
  if (problems.length > 0) return refuseInvalid(problems);
  const merchant = await lockMerchant(tx);
  if (!merchant) return refuse('NOT_FOUND', 'There is no merchant with this id.', ['id']);
  if (merchant.status === 'CLOSED') return refuse('INVALID', 'A closed merchant stays closed.', ['id']);

  const before = merchant.status;
  if (before !== status) {
    merchant.status = status;
    tx.publish('MerchantStatusChanged', { merchantId: merchant.id, before, after: status, reason: reason.trim() });
    await tx.em.flush();
  }
  return done({ merchantId: merchant.id });
}
