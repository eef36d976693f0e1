import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EventEnvelope } from '@ordergraph/events';
import { findRow, forTenant } from '@ordergraph/tenancy';
import { Program } from '../entities/program.entity.ts';
import { sumBalances } from '../ledger/sum-balances.ts';
import { noBalanceStore, type BalanceStore, type KnownBalance } from './balance-cache.ts';

interface Told {
  readonly accountId: string;
  readonly balance: { readonly available: number; readonly pending: number; readonly held: number };
}

/** Contracts of this subgraph give every event about a balance these two fields. */
function toldIn(payload: unknown): Told | null {
  if (typeof payload !== 'object' || payload === null || !('accountId' in payload) || !('balance' in payload))
    return null;
  return payload as Told;
}

const agrees = ({ balance }: KnownBalance, told: Told['balance']): boolean =>
  balance.available === told.available && balance.pending === told.pending && balance.held === told.held;

/**
 * Compares what the cache knows with what a committed event tells, and reads the ledger where they differ. So a balance is
 * renewed that a process left behind when it was killed between its commit and the write that follows it: the relay that
 * takes over brings the event.
 */
export async function renewBalance(
  em: SqlEntityManager,
  store: BalanceStore,
  { tenantId, payload }: EventEnvelope,
): Promise<void> {
  const told = toldIn(payload);
  if (!told || store === noBalanceStore) return;
  const known = await store.read(tenantId, told.accountId);
  if (!known || agrees(known, told.balance)) return;
  const own = forTenant(em, tenantId);
  const program = await findRow(own, Program, { tenantId });
  const summed = await sumBalances(own, [told.accountId], program?.expiryMonths ?? null, Date.now());
  // Never over a newer one: the event may be older than what the cache knows.
  for (const [accountId, balance] of summed) await store.write(tenantId, accountId, balance);
}
