import type { EntityClass } from '@mikro-orm/postgresql';
import { customerOf, isStaffOrApp, perRequest, tenantOf, type RequestContext } from '@ordergraph/subgraph-server';
import { findRow, findRows, read } from '@ordergraph/tenancy';
import DataLoader from 'dataloader';
import type { KnownBalance } from '../balance-cache/balance-cache.ts';
import { monthsLater } from '../domain/lots.ts';
import { tierMonths } from '../domain/tiers.ts';
import { Account } from '../entities/account.entity.ts';
import { EarningRule } from '../entities/earning-rule.entity.ts';
import { LedgerTransaction } from '../entities/ledger-transaction.entity.ts';
import { OrderPoints } from '../entities/order-points.entity.ts';
import { Program } from '../entities/program.entity.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { Tier } from '../entities/tier.entity.ts';
import { categoriesOf } from '../ledger/categories-of.ts';
import { readBalances } from './read-balance.ts';

function byId<Entity extends { id: string }>({ em }: RequestContext, entity: EntityClass<Entity>) {
  return new DataLoader<string, Entity | null>(async (ids) => {
    // `id` is a property of every entity that this is called with, which the generic condition cannot see.
    const rows = await findRows(em, entity, { id: ids } as never);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** One value for the tenant: everybody asks for the same key. */
const ofTenant = <Value>(find: () => Promise<Value>): DataLoader<'merchant', Value> =>
  new DataLoader(async (keys) => {
    const value = await find();
    return keys.map(() => value);
  });

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => {
  const { em } = context;
  const program = ofTenant<Program | null>(() => findRow(em, Program, {}));
  const sumsOf = (statement: string, ...more: unknown[]) =>
    new DataLoader<string, number>(async (ids) => {
      const rows = await read<{ id: string; points: number }>(em, statement, [ids, ...more]);
      const found = new Map(rows.map(({ id, points }) => [id, points]));
      return ids.map((id) => found.get(id) ?? 0);
    });
  return {
    program,
    tiers: ofTenant<Tier[]>(() => findRows(em, Tier, {}, { orderBy: { rank: 'asc' } })),
    account: byId(context, Account),
    transaction: byId(context, LedgerTransaction),
    rule: byId(context, EarningRule),
    order: byId(context, OrderPoints),
    redemption: byId(context, Redemption),
    category: new DataLoader<string, readonly string[]>(async (productIds) => {
      const found = await categoriesOf(em, tenantOf(context), productIds);
      return productIds.map((id) => found.get(id) ?? []);
    }),
    balance: new DataLoader<string, KnownBalance | null>(async (ids) =>
      readBalances(context, ids, await program.load('merchant')),
    ),
    transactionsOfOrder: new DataLoader<string, LedgerTransaction[]>(async (orderIds) => {
      const rows = await findRows(em, LedgerTransaction, { orderId: orderIds }, { orderBy: { sequence: 'asc' } });
      const byOrder = Map.groupBy(rows, ({ orderId }) => orderId);
      return orderIds.map((id) => byOrder.get(id) ?? []);
    }),
    /** When what lines of an order's ledger brought becomes usable, where that is known: by the id of the line. */
    activationsOfOrder: new DataLoader<string, ReadonlyMap<string, Date>>(async (orderIds) => {
      const rows = await read<{ orderId: string; broughtBy: string; activatesAt: string }>(
        em,
        `select order_id as "orderId", brought_by as "broughtBy", activates_at as "activatesAt" from "loyalty"."lot"
         where order_id = any($1::uuid[]) and activates_at is not null`,
        [orderIds],
      );
      const byOrder = Map.groupBy(rows, ({ orderId }) => orderId);
      return orderIds.map(
        (id) => new Map((byOrder.get(id) ?? []).map((lot) => [lot.broughtBy, new Date(lot.activatesAt)])),
      );
    }),
    pendingOfOrder: sumsOf(
      `select order_id as id, sum(remaining)::int as points from "loyalty"."lot"
       where order_id = any($1::uuid[]) and is_pending and (activates_at is null or activates_at > now())
       group by order_id`,
    ),
    earnedLately: sumsOf(
      `select account_id as id, sum(points)::int as points from "loyalty"."transaction"
       where account_id = any($1::uuid[]) and kind in ('EARN', 'EARN_PENDING', 'REVERSE_EARN') and occurred_at >= $2
       group by account_id`,
      new Date(monthsLater(Date.now(), -tierMonths)),
    ),
    expiring: new DataLoader<string, { points: number; expiresAt: Date }[]>(async (accountIds) => {
      const rows = await read<{ accountId: string; points: number; expiresAt: string }>(
        em,
        `select account_id as "accountId", sum(remaining)::int as points, expires_at as "expiresAt" from "loyalty"."lot"
         where account_id = any($1::uuid[]) and remaining > 0 and not is_pending and expires_at > now()
         group by account_id, expires_at order by expires_at`,
        [accountIds],
      );
      const byAccount = Map.groupBy(rows, ({ accountId }) => accountId);
      return accountIds.map((id) =>
        (byAccount.get(id) ?? []).map(({ points, expiresAt }) => ({ points, expiresAt: new Date(expiresAt) })),
      );
    }),
  };
});

/** True for the customer whose account it is, and for the merchant's staff and software. */
export const maySee = (context: RequestContext, customerId: string): boolean =>
  isStaffOrApp(context) || customerOf(context) === customerId;
