import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { Merchant } from '../entities/merchant.entity.ts';

/**
 * Reads the tenant's merchant and lets one change of its settings, people, roles and keys happen at a time. They are
 * rare, and their rules look at several rows: the last owner, a role in use, a name that is taken.
 */
export async function lockMerchant(tx: Transaction): Promise<Merchant | null> {
  return tx.em.findOne(Merchant, { id: tx.tenantId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}
