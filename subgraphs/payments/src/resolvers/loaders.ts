import { isStaffOrApp, perRequest, type RequestContext } from '@ordergraph/subgraph-server';
import { findRow, findRows } from '@ordergraph/tenancy';
import DataLoader from 'dataloader';
import { Journal } from '../entities/journal.entity.ts';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import { Payment } from '../entities/payment.entity.ts';
import { ProviderOperation, type OperationKind } from '../entities/provider-operation.entity.ts';
import { Refund } from '../entities/refund.entity.ts';
import type { PaymentTransaction } from './models.ts';

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => ({
  payment: new DataLoader<string, Payment | null>(async (ids) => {
    const rows = await findRows(context.em, Payment, { id: ids });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  refund: new DataLoader<string, Refund | null>(async (ids) => {
    const rows = await findRows(context.em, Refund, { id: ids });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  order: new DataLoader<string, OrderCopy | null>(async (ids) => {
    const rows = await findRows(context.em, OrderCopy, { id: ids });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  paymentsOfOrder: new DataLoader<string, Payment[]>(async (orderIds) => {
    const rows = await findRows(context.em, Payment, { orderId: orderIds }, { orderBy: { id: 'asc' } });
    const byOrder = Map.groupBy(rows, (row) => row.orderId);
    return orderIds.map((id) => byOrder.get(id) ?? []);
  }),
  refundsOfOrder: new DataLoader<string, Refund[]>(async (orderIds) => {
    const rows = await findRows(context.em, Refund, { orderId: orderIds }, { orderBy: { id: 'asc' } });
    const byOrder = Map.groupBy(rows, (row) => row.orderId);
    return orderIds.map((id) => byOrder.get(id) ?? []);
  }),
  linesOfPayment: new DataLoader<string, PaymentTransaction[]>((ids) => linesBy(context, 'paymentId', ids)),
  linesOfRefund: new DataLoader<string, PaymentTransaction[]>((ids) => linesBy(context, 'refundId', ids)),
}));

/**
 * Whether the caller may see what they name by its id alone: the merchant's staff and apps everything, a customer what is
 * theirs. What is a guest's opens to no shopper this way: an id that was seen somewhere proves nothing.
 */
export function mayFind(context: RequestContext, owner: { readonly customerId: string | null }): boolean {
  if (isStaffOrApp(context)) return true;
  const { type, id } = context.viewer.actor;
  return type === 'CUSTOMER' && id === owner.customerId;
}

/**
 * Whether the caller may see what they were led to: through the cart, whose id is a guest's secret, or by another
 * subgraph's reference. Orders hands references to what is a guest's only to who named its cart.
 */
export function maySee(context: RequestContext, owner: { readonly customerId: string | null }): boolean {
  return owner.customerId === null || mayFind(context, owner);
}

const kinds = {
  AUTHORIZE: 'AUTHORIZATION',
  CAPTURE: 'CAPTURE',
  VOID: 'VOID',
  REFUND: 'REFUND',
  CREDIT: 'REFUND',
} as const;
// Looking what the provider did is not a line of the ledger.
const shownKinds: OperationKind[] = ['AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND', 'CREDIT'];

async function linesBy(
  context: RequestContext,
  property: 'paymentId' | 'refundId',
  ids: readonly string[],
): Promise<PaymentTransaction[][]> {
  const [entries, open] = await Promise.all([
    findRows(context.em, Journal, { [property]: ids }),
    findRows(context.em, ProviderOperation, { [property]: ids, kind: shownKinds, finishedAt: null }),
  ]);
  const lines = [
    ...entries.map((entry) => ({
      owner: entry[property],
      line: {
        ...pick(entry),
        kind: entry.kind === 'UNREFERENCED_REFUND' ? 'REFUND' : entry.kind,
        status: entry.status,
      } as const,
    })),
    ...open.map((operation) => ({
      owner: operation[property],
      line: {
        ...pick({
          ...operation,
          gatewayReference: operation.reference,
          actor: operation.cause.actor,
          occurredAt: operation.createdAt,
        }),
        kind: kinds[operation.kind === 'RECONCILE' ? 'REFUND' : operation.kind],
        status: operation.state === 'UNKNOWN' ? 'UNKNOWN' : 'PENDING',
      } as const,
    })),
  ];
  lines.sort((a, b) => a.line.occurredAt.getTime() - b.line.occurredAt.getTime() || (a.line.id < b.line.id ? -1 : 1));
  const byOwner = Map.groupBy(lines, ({ owner }) => owner);
  return ids.map((id) => (byOwner.get(id) ?? []).map(({ line }) => line));
}

/** A line by its id, when the caller may see the payment or refund that it is of. */
export async function findLine(context: RequestContext, lineId: string): Promise<PaymentTransaction | null> {
  const of =
    (await findRow(context.em, Journal, { id: lineId })) ??
    (await findRow(context.em, ProviderOperation, { id: lineId }));
  if (!of) return null;
  const loaders = loadersOf(context);
  const { paymentId = null, refundId = null } = of;
  const owner = refundId
    ? await loaders.refund.load(refundId)
    : paymentId
      ? await loaders.payment.load(paymentId)
      : null;
  if (!owner || !mayFind(context, owner)) return null;
  const lines = refundId ? await loaders.linesOfRefund.load(refundId) : await loaders.linesOfPayment.load(owner.id);
  return lines.find((line) => line.id === lineId) ?? null;
}

function pick(from: Omit<PaymentTransaction, 'kind' | 'status'>): Omit<PaymentTransaction, 'kind' | 'status'> {
  const { id, amountMinor, currencyCode, gatewayReference, errorCode, actor, occurredAt } = from;
  return { id, amountMinor, currencyCode, gatewayReference, errorCode, actor, occurredAt };
}
