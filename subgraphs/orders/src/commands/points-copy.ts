import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import type { PointsBalance, PointsOfOrder, PointsReversalPolicy, PointsTerms } from '@ordergraph/schema';
import { findRow, write } from '@ordergraph/tenancy';
import { quoteReversal, quoteRestored, type QuotedPoints } from '../domain/points-quote.ts';
import type { RefundQuote } from '../domain/refund-quote.ts';
import { PointsOfAccount, PointsOfOrderCopy, PointsProgram } from '../entities/points-copies.entity.ts';
import type { OrderLine } from '../entities/order-line.entity.ts';
import type { Order } from '../entities/order.entity.ts';

/** What an event of loyalty may tell that a refund quote needs. */
export interface PointsNews {
  readonly accountId: string;
  readonly balance?: PointsBalance | null;
  readonly order?: PointsOfOrder | null;
  readonly terms?: PointsTerms;
}

/**
 * Keeps what an event tells of an account's balance and of an order's points. An older one changes nothing: how old it is
 * says the line of the account's ledger that its balance sums up.
 */
export function keepPoints(tx: Transaction, { accountId, balance, order, terms }: PointsNews): void {
  if (!balance) return;
  write(
    tx.em,
    `insert into "orders"."points_of_account" as a (id, tenant_id, available, sequence) values ($1, $2, $3, $4)
     on conflict (id) do update set available = excluded.available, sequence = excluded.sequence
     where a.sequence <= excluded.sequence`,
    [accountId, tx.tenantId, balance.available, balance.asOfSequence],
  );
  if (!order) return;
  const stored = terms && {
    multiplier: terms.multiplier,
    rules: terms.rules.map(({ points, per, eligible, goods }) => ({
      points,
      perMinor: per ? parseMoney(per).minor.toString() : null,
      eligible,
      goods,
    })),
  };
  write(
    tx.em,
    `insert into "orders"."points_of_order" as o
       (id, tenant_id, account_id, earned, pending, reversed, forgiven, terms, sequence)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)
     on conflict (id) do update set earned = excluded.earned, pending = excluded.pending, reversed = excluded.reversed,
       forgiven = excluded.forgiven, terms = coalesce(excluded.terms, o.terms), sequence = excluded.sequence
     where o.sequence <= excluded.sequence`,
    [
      order.orderId,
      tx.tenantId,
      accountId,
      order.earned,
      order.pending,
      order.reversed,
      order.forgiven,
      stored ? JSON.stringify(stored) : null,
      balance.asOfSequence,
    ],
  );
}

/** Keeps how many of an order's points are not usable yet, as of a line of the account's ledger. */
export function keepPending(tx: Transaction, orderId: string, pending: number, sequence: number): void {
  write(tx.em, 'update "orders"."points_of_order" set pending = $2, sequence = $3 where id = $1 and sequence <= $3', [
    orderId,
    pending,
    sequence,
  ]);
}

/** Keeps by which policy refunds take points back. */
export function keepProgram(tx: Transaction, programId: string, policy: PointsReversalPolicy): void {
  write(
    tx.em,
    `insert into "orders"."points_program" (id, tenant_id, policy) values ($1, $2, $3)
     on conflict (id) do update set policy = excluded.policy`,
    [programId, tx.tenantId, policy],
  );
}

/** What a refund does to points, and whether the order has to do with points at all. */
export interface PointsOfRefund extends QuotedPoints {
  readonly hasPoints: boolean;
}

/** Works out what a refund does to points, from the copies. The order and its lines are as they were before it. */
export async function quotePoints(
  em: SqlEntityManager,
  order: Order,
  lines: readonly OrderLine[],
  quote: Pick<RefundQuote, 'lines' | 'total'>,
): Promise<PointsOfRefund> {
  const none = { pointsReversed: 0, pointsRestored: 0, pointsShortfall: 0, hasPoints: false };
  if (!order.customerId) return none;
  const [points, account, program] = await Promise.all([
    findRow(em, PointsOfOrderCopy, { id: order.id }),
    findRow(em, PointsOfAccount, { id: order.customerId }),
    findRow(em, PointsProgram, {}),
  ]);
  const isRedeemed = order.redeemedPoints > 0;
  if (!points && !isRedeemed) return none;
  const known = {
    terms: points?.terms ?? null,
    earned: points?.earned ?? 0,
    reversed: points?.reversed ?? 0,
    forgiven: points?.forgiven ?? 0,
    pending: points?.pending ?? 0,
    available: account?.available ?? 0,
    policy: program?.policy ?? 'WITHIN_BALANCE',
  };
  const inOrder = lines.toSorted((one, other) => one.position - other.position);
  return {
    ...quoteReversal(known, order.capturedMinor - order.refundedMinor - quote.total.minor),
    pointsRestored: quoteRestored(order.redeemedPoints, inOrder, quote.lines),
    hasPoints: true,
  };
}
