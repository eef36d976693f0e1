import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import {
  changedPaths,
  normalizeSettings,
  settingsOf,
  settingsProblems,
  type MerchantSettings,
} from '../domain/merchant-settings.ts';
import { lockMerchant } from './lock-merchant.ts';
import { refuseInvalid } from './refusals.ts';

export interface MerchantChange {
  readonly settings: Partial<MerchantSettings>;
  readonly expectedVersion: number | null;
}

/** Changes the settings of the tenant's own merchant. A change that changes nothing is done and tells nobody. */
export async function updateMerchant(
  tx: Transaction,
  input: MerchantChange,
): Promise<Outcome<{ merchantId: string }, AccountErrorCode>> {
  const merchant = await lockMerchant(tx);
  if (!merchant) return refuse('NOT_FOUND', 'The token names a merchant that does not exist.');
  if (input.expectedVersion !== null && input.expectedVersion !== merchant.version) {
    const message = `The merchant has version ${merchant.version}, expected was ${input.expectedVersion}. Read it again.`;
    return refuse('VERSION_MISMATCH', message, ['expectedVersion']);
  }
  const wanted = { ...settingsOf(merchant), ...input.settings };
  const problems = settingsProblems(wanted);
  if (problems.length > 0) return refuseInvalid(problems);

  const settings = normalizeSettings(wanted);
  const changed = changedPaths(merchant, settings);
  if (changed.length > 0) {
    Object.assign(merchant, settingsOf(settings));
    tx.publish('MerchantUpdated', { merchantId: merchant.id, ...settingsOf(settings), changedPaths: changed });
    await tx.em.flush();
  }
  return done({ merchantId: merchant.id });
}
