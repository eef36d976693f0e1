import type { Transaction } from '@ordergraph/events';
import { formatMoney, money, parseMoney, type Money } from '@ordergraph/money';
import type { OrderCreated, PointsTerms } from '@ordergraph/schema';
import { findRows, query, updateRow } from '@ordergraph/tenancy';
import { pointsFor, termsOf, type Terms } from '../domain/earning.ts';
import { expiryAfter } from '../domain/settle.ts';
import { EarningRule } from '../entities/earning-rule.entity.ts';
import { CapturedPayment, OrderPoints } from '../entities/order-points.entity.ts';
import { categoriesOf } from '../ledger/categories-of.ts';
import type { HeldAccount } from '../ledger/held-account.ts';
import { holdAccount } from '../ledger/hold-account.ts';
import { renderBalance, renderOrder } from '../ledger/render.ts';
import { saveAccount } from '../ledger/save-account.ts';
import { evaluateTier } from './evaluate-tier.ts';
import { holdOrder } from './hold-order.ts';

const dayMs = 24 * 60 * 60_000;

/** Money that was taken for an order. */
export interface Capture {
  readonly transactionId: string;
  readonly orderId: string;
  /** Taken in all, this payment included. */
  readonly capturedTotal: Money;
  readonly eventId: string;
  readonly paidAt: Date;
}

/** Notes a payment, once, and lets it earn as soon as its order is known. */
export async function noteCapture(tx: Transaction, capture: Capture): Promise<void> {
  const order = await holdOrder(tx, capture.orderId);
  const noted = await query(
    tx.em,
    `insert into "loyalty"."captured_payment" (id, tenant_id, order_id, captured_minor, event_id, paid_at, is_settled)
     values ($1, $2, $3, $4, $5, $6, false) on conflict (id) do nothing returning 1`,
    [capture.transactionId, tx.tenantId, capture.orderId, capture.capturedTotal.minor, capture.eventId, capture.paidAt],
  );
  if (noted.length > 0 && order.isKnown) await earnPoints(tx, order);
}

/** Keeps what an order earns by, and lets payments earn that came before it. */
export async function noteOrder(tx: Transaction, event: OrderCreated): Promise<void> {
  const order = await holdOrder(tx, event.orderId);
  if (order.isKnown) return;
  updateRow(tx.em, OrderPoints, order, {
    isKnown: true,
    customerId: event.customerId ?? null,
    currencyCode: event.totals.grandTotal.currencyCode,
    isShipped: event.shippingAddress != null && event.lines.some(({ kind }) => kind === 'PRODUCT'),
    lines: event.lines.map(({ orderLineId, productId, quantity, total }) => ({
      orderLineId,
      productId: productId ?? null,
      quantity,
      totalMinor: minorOf(total),
      refundedQuantity: 0,
    })),
  });
  await earnPoints(tx, order);
}

const minorOf = ({ amount, currencyCode }: { amount: string; currencyCode: string }): string =>
  parseMoney({ amount, currencyCode }).minor.toString();

/** Lets the payments of a known order earn what they earn: each of them once, in the order of what was taken. */
async function earnPoints(tx: Transaction, order: OrderPoints): Promise<void> {
  const captures = await findRows(
    tx.em,
    CapturedPayment,
    { tenantId: tx.tenantId, orderId: order.id, isSettled: false },
    { orderBy: { capturedMinor: 'asc' } },
  );
  if (captures.length === 0) return;
  for (const capture of captures) updateRow(tx.em, CapturedPayment, capture, { isSettled: true });
  const capturedMinor = captures.reduce(
    (most, capture) => (capture.capturedMinor > most ? capture.capturedMinor : most),
    order.capturedMinor,
  );
  if (order.customerId === null) {
    updateRow(tx.em, OrderPoints, order, { capturedMinor });
    return;
  }
  const held = await holdAccount(tx, order.customerId);
  const terms = order.terms ?? (await findTerms(tx, order, held, captures[0]?.paidAt ?? tx.now));
  updateRow(tx.em, OrderPoints, order, { terms });
  for (const capture of captures) {
    if (capture.capturedMinor > order.capturedMinor) {
      updateRow(tx.em, OrderPoints, order, { capturedMinor: capture.capturedMinor });
    }
    if (!order.isOver) earnWhatIsPaid(tx, held, order, terms, capture);
  }
  saveAccount(tx, held);
  await evaluateTier(tx, held);
}

/** Earns what is missing to what the terms give for the money that stays paid. */
export function earnWhatIsPaid(
  tx: Transaction,
  held: HeldAccount,
  order: OrderPoints,
  terms: Terms,
  { id: paymentTransactionId, paidAt }: Pick<CapturedPayment, 'id' | 'paidAt'>,
): void {
  const { draft, program, row } = held;
  const due = pointsFor(terms, order.capturedMinor - order.refundedMinor);
  const points = due - (order.earned - order.reversed - order.forgiven);
  if (points <= 0) return;
  const isPending = program.pendingDays > 0;
  const waitsForDelivery = order.isShipped && tx.isRunning('logistics');
  const clockStart = waitsForDelivery ? order.deliveredAt : paidAt;
  const activatesAt = isPending && clockStart ? clockStart.getTime() + program.pendingDays * dayMs : null;
  const [rule] = terms.rules;
  const entry = draft.earn(
    points,
    { orderId: order.id, isPending, activatesAt, expiresAt: expiryAfter(tx.now.getTime(), program.expiryMonths) },
    { paymentTransactionId, ruleId: rule?.ruleId ?? null, ruleVersion: rule?.version ?? null },
  );
  updateRow(tx.em, OrderPoints, order, { earned: order.earned + points });
  tx.publish('PointsEarned', {
    accountId: row.id,
    customerId: row.id,
    transactionId: entry.id,
    paymentTransactionId,
    points,
    isPending,
    activatesAt: activatesAt === null ? null : new Date(activatesAt).toISOString(),
    terms: renderTerms(terms, order.currencyCode ?? program.currencyCode),
    order: renderOrder(order, draft),
    balance: renderBalance(entry),
  });
}

/** The terms of an order that is paid for the first time: the rules and the customer's tier of this moment. */
async function findTerms(tx: Transaction, order: OrderPoints, held: HeldAccount, paidAt: Date): Promise<Terms> {
  const productIds = order.lines.flatMap(({ productId }) => (productId === null ? [] : [productId]));
  const [rules, categories] = await Promise.all([
    findRows(tx.em, EarningRule, { tenantId: tx.tenantId, isActive: true }, { orderBy: { id: 'asc' } }),
    categoriesOf(tx.em, tx.tenantId, productIds),
  ]);
  const tier = held.tiers.find(({ id }) => id === held.row.tierId);
  const lines = order.lines.map(({ totalMinor, productId }) => ({
    totalMinor,
    categoryIds: (productId === null ? undefined : categories.get(productId)) ?? [],
  }));
  const currencyCode = order.currencyCode ?? held.program.currencyCode;
  // An order that is first paid while the programme rests earns nothing, also later.
  return termsOf(held.program.isActive ? rules : [], { currencyCode, lines }, tier?.earnMultiplier ?? '1', paidAt);
}

const renderTerms = ({ rules, multiplier }: Terms, currencyCode: string): PointsTerms => ({
  multiplier,
  rules: rules.map(({ perMinor, ...rule }) => ({
    ...rule,
    per: perMinor === null ? null : formatMoney(money(BigInt(perMinor), currencyCode)),
  })),
});

/** Starts the clock of what an order earned: it becomes usable so many days after the goods arrived. */
export async function startPendingClock(
  tx: Transaction,
  { orderId, deliveredAt }: { readonly orderId: string; readonly deliveredAt: Date },
): Promise<void> {
  const order = await holdOrder(tx, orderId);
  // With several parcels, the last one counts.
  if (order.deliveredAt && order.deliveredAt >= deliveredAt) return;
  updateRow(tx.em, OrderPoints, order, { deliveredAt });
  if (order.customerId === null) return;
  const held = await holdAccount(tx, order.customerId);
  const activatesAt = deliveredAt.getTime() + held.program.pendingDays * dayMs;
  for (const lot of held.draft.lots.values()) {
    if (lot.isPending && lot.orderId === orderId) lot.activatesAt = activatesAt;
  }
  saveAccount(tx, held);
}
