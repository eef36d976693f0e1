import type { Transaction } from '@ordergraph/events';
import { findRow, findRows, newId, query, write } from '@ordergraph/tenancy';
import { ledgerAccounts, type Balance } from '../domain/ledger.ts';
import type { Lot } from '../domain/lots.ts';
import { PointsDraft } from '../domain/points-draft.ts';
import { Account } from '../entities/account.entity.ts';
import { Program } from '../entities/program.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { Tier } from '../entities/tier.entity.ts';
import type { HeldAccount } from './held-account.ts';
import { settleDue } from './settle-due.ts';

export interface LotRow {
  readonly id: string;
  readonly orderId: string | null;
  readonly points: number;
  readonly remaining: number;
  readonly isPending: boolean;
  readonly activatesAt: string | null;
  readonly expiresAt: string | null;
  readonly broughtBy: string;
}

// With lots that are empty where something may come back into them: what is set aside, and what was spent on an order.
const readLots = `
  select l.id, l.order_id as "orderId", l.points, l.remaining, l.is_pending as "isPending",
    l.activates_at as "activatesAt", l.expires_at as "expiresAt", l.brought_by as "broughtBy"
  from "loyalty"."lot" l
  where l.tenant_id = $1 and l.account_id = $2 and (l.remaining > 0 or l.is_pending or l.id = any(array(
    select (part ->> 'lotId')::uuid from "loyalty"."redemption" r, jsonb_array_elements(r.parts) part
    where r.tenant_id = $1 and r.account_id = $2 and (r.status = 'HELD' or r.order_id = $3)
    union all
    select (part ->> 'lotId')::uuid from "loyalty"."reversal" v,
      jsonb_array_elements((v.taken -> 'pending') || (v.taken -> 'available')) part
    where v.tenant_id = $1 and v.account_id = $2 and v.status = 'PREPARED')))`;

/**
 * Takes a customer's account: nobody else changes it until the transaction ends. Opens it where the customer has none
 * yet, and books first what time has done to it since, so that every decision is about what is true now. With `orderId`,
 * what was spent on that order can come back.
 */
export async function holdAccount(
  tx: Transaction,
  customerId: string,
  orderId: string | null = null,
): Promise<HeldAccount> {
  const read = () =>
    Promise.all([
      findRow(tx.em, Account, { id: customerId, tenantId: tx.tenantId }, { lock: 'wait' }),
      query<LotRow>(tx.em, readLots, [tx.tenantId, customerId, orderId]),
      findRows(tx.em, Redemption, { tenantId: tx.tenantId, accountId: customerId, status: 'HELD' }),
      findRow(tx.em, Program, { tenantId: tx.tenantId }),
      findRows(tx.em, Tier, { tenantId: tx.tenantId }, { orderBy: { rank: 'asc' } }),
    ]);
  let [row, lots, holds, program, tiers] = await read();
  if (!row) {
    openAccount(tx, customerId);
    [row, lots, holds, program, tiers] = await read();
  }
  if (!row) throw new Error(`The account ${customerId} was opened and is not there.`);
  // From another publisher than most of what leads here, so it may be on its way.
  if (!program) throw new Error('The programme is not known yet; expected MerchantCreated.');
  const held: HeldAccount = {
    row,
    program,
    tiers,
    draft: new PointsDraft({ balance: balanceOf(row), sequence: row.sequence, lots: lots.map(lotOf) }, newId),
    holds,
    lotsBefore: new Map(lots.map((lot) => [lot.id, stateOf(lotOf(lot))])),
  };
  settleDue(tx, held);
  return held;
}

/** Opens an account, unless there is one. */
export function openAccount(tx: Transaction, customerId: string): void {
  write(
    tx.em,
    `insert into "loyalty"."account" (id, tenant_id, available, pending, held, issued, redeemed, expired, adjusted,
       sequence, opened_at)
     values ($1, $2, 0, 0, 0, 0, 0, 0, 0, 0, $3) on conflict (id) do nothing`,
    [customerId, tx.tenantId, tx.now],
  );
}

/** Whether the merchant's programme and the accounts of these customers are there. */
export async function areOpen(tx: Transaction, customerIds: readonly string[]): Promise<boolean> {
  const [program, accounts] = await Promise.all([
    findRow(tx.em, Program, { tenantId: tx.tenantId }),
    findRows(tx.em, Account, { tenantId: tx.tenantId, id: customerIds }),
  ]);
  return program !== null && accounts.length === customerIds.length;
}

/** What lies on each account of the ledger, by the account's row. */
export function balanceOf(row: Balance): Balance {
  // One entry for each name of Balance.
  return Object.fromEntries(ledgerAccounts.map((account) => [account, row[account]])) as Balance;
}

const instant = (text: string | null): number | null => (text === null ? null : new Date(text).getTime());

/** A lot as decisions see it. */
export const lotOf = (row: LotRow): Lot => ({
  ...row,
  activatesAt: instant(row.activatesAt),
  expiresAt: instant(row.expiresAt),
});

/** What of a lot can change, as text to compare. */
export const stateOf = (lot: Lot): string =>
  JSON.stringify([lot.remaining, lot.isPending, lot.activatesAt, lot.expiresAt]);
