import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { openReturnStatuses } from '../domain/announced-units.ts';
import { allows, returnProgressOf } from '../domain/order.ts';
import { quoteRefund, type Disposition, type RefundRequest } from '../domain/refund-quote.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { Return, type ReturnStatus, type StoredReturnLine } from '../entities/return.entity.ts';
import { move } from './advance-saga.ts';
import { orderFacts, returnableUnits } from './order-facts.ts';
import { refundable } from './order-totals.ts';
import { quotePoints } from './points-copy.ts';
import { lockRefund } from './lock-refund.ts';
import { addToTimeline } from './timeline.ts';

type ReturnOutcome = Outcome<{ returnId: string }, OrderErrorCode>;

export interface ReturnedUnits {
  readonly orderLineId: string;
  readonly quantity: number;
  readonly reason: StoredReturnLine['reason'];
  readonly note: string | null;
}

function publishStatus(
  tx: Transaction,
  row: Return,
  order: Order,
  before: ReturnStatus | null,
  note: string | null,
): void {
  tx.publish('ReturnStatusChanged', {
    returnId: row.id,
    orderId: order.id,
    customerId: order.customerId ?? null,
    before,
    after: row.status,
    lines: row.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
    note,
  });
}

/** Announces that goods come back which have left. */
export async function requestReturn(
  tx: Transaction,
  input: { orderId: string; lines: readonly ReturnedUnits[]; mayReach: (order: Order) => boolean },
): Promise<ReturnOutcome> {
  const order = await tx.em.findOne(Order, { id: input.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!order || !input.mayReach(order)) return refuse('NOT_FOUND', 'There is no such order.', ['orderId']);
  const lines = await tx.em.find(OrderLine, { orderId: order.id });
  const facts = await orderFacts(tx, order, lines);
  if (facts.hasRunningSaga) return refuse('SAGA_IN_PROGRESS', busy);
  if (!allows(facts, 'REQUEST_RETURN')) {
    return refuse(
      'NOT_RETURNABLE',
      `Order ${order.number} cannot be returned: the window is over, or nothing of it has left that could come back.`,
    );
  }
  if (input.lines.length === 0) return refuse('INVALID', 'Name at least one line.', ['lines']);
  const open = await findOpenReturns(tx, order);
  for (const [index, { orderLineId, quantity }] of input.lines.entries()) {
    const line = lines.find((candidate) => candidate.id === orderLineId);
    if (!line) return refuse('NOT_FOUND', 'The order has no such line.', ['lines', String(index), 'orderLineId']);
    if (input.lines.findIndex((other) => other.orderLineId === orderLineId) !== index) {
      return refuse('INVALID', 'Name each line once.', ['lines', String(index), 'orderLineId']);
    }
    const left = returnableUnits(tx, line, open);
    if (quantity < 1 || quantity > left) {
      return refuse('NOT_RETURNABLE', `Of this line ${left} can be returned.`, ['lines', String(index), 'quantity']);
    }
  }
  const row = tx.em.create(Return, {
    id: newId(),
    tenantId: tx.tenantId,
    orderId: order.id,
    status: 'REQUESTED',
    lines: input.lines.map((line) => ({ ...line, id: newId(), receivedQuantity: 0, disposition: null })),
    refundId: null,
    requestedAt: tx.now,
    updatedAt: tx.now,
  });
  order.returnStatus = returnProgressOf(lines, true);
  order.updatedAt = tx.now;
  await tx.em.flush();
  addToTimeline(tx, order.id, 'ReturnStatusChanged', 'A return was requested.');
  publishStatus(tx, row, order, null, null);
  return done({ returnId: row.id });
}

const busy = 'Another change of this order is running. Retry when it has finished.';

const findOpenReturns = (tx: Transaction, order: Order): Promise<Return[]> =>
  tx.em.find(Return, { orderId: order.id, status: { $in: [...openReturnStatuses] } });

interface HeldReturn {
  readonly row: Return;
  readonly order: Order;
}

async function holdReturn(
  tx: Transaction,
  id: string,
  expectedVersion: number | null,
): Promise<Outcome<HeldReturn, OrderErrorCode>> {
  const known = await tx.em.findOne(Return, { id }, { fields: ['orderId'] });
  const order = known
    ? await tx.em.findOne(Order, { id: known.orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    : null;
  const row = known ? await tx.em.findOne(Return, { id }, { refresh: true }) : null;
  if (!row || !order) return refuse('NOT_FOUND', 'There is no such return.', ['returnId']);
  if (expectedVersion !== null && row.version !== expectedVersion) {
    return refuse(
      'VERSION_MISMATCH',
      `The return is at version ${row.version}, not ${expectedVersion}. Read it again.`,
      ['expectedVersion'],
    );
  }
  return done({ row, order });
}

/** The merchant approves or declines. */
export async function reviewReturn(
  tx: Transaction,
  input: { returnId: string; approve: boolean; note: string | null; expectedVersion: number | null },
): Promise<ReturnOutcome> {
  const held = await holdReturn(tx, input.returnId, input.expectedVersion);
  if (held.refusals) return held;
  const { row, order } = held.value;
  if (row.status !== 'REQUESTED')
    return refuse('INVALID', `The return is ${row.status}; only a requested one is reviewed.`, ['returnId']);
  row.status = input.approve ? 'APPROVED' : 'DECLINED';
  row.updatedAt = tx.now;
  if (!input.approve) {
    const others = (await findOpenReturns(tx, order)).filter((other) => other.id !== row.id);
    order.returnStatus = returnProgressOf(await tx.em.find(OrderLine, { orderId: order.id }), others.length > 0);
    order.updatedAt = tx.now;
  }
  await tx.em.flush();
  addToTimeline(tx, order.id, 'ReturnStatusChanged', `The return was ${input.approve ? 'approved' : 'declined'}.`);
  publishStatus(tx, row, order, 'REQUESTED', input.note);
  if (input.approve && tx.isRunning('logistics')) {
    const lines = row.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }));
    tx.publish('PrepareReturnShipment', { returnId: row.id, orderId: order.id, lines });
  }
  return done({ returnId: row.id });
}

/** A carrier has the goods that come back. */
export async function noteReturnOnItsWay(tx: Transaction, returnId: string): Promise<void> {
  const held = await holdReturn(tx, returnId, null);
  if (held.refusals || held.value.row.status !== 'APPROVED') return;
  const { row, order } = held.value;
  row.status = 'IN_TRANSIT';
  row.updatedAt = tx.now;
  await tx.em.flush();
  addToTimeline(tx, order.id, 'ReturnStatusChanged', 'The returned goods are on their way.');
  publishStatus(tx, row, order, 'APPROVED', null);
}

export interface ReceivedUnits {
  readonly returnLineId: string;
  readonly quantity: number;
  readonly disposition: Disposition;
  readonly locationId: string | null;
}

/** Records what arrived and in which state, and may start the refund of it. */
export async function receiveReturn(
  tx: Transaction,
  input: { returnId: string; lines: readonly ReceivedUnits[]; refund: boolean; expectedVersion: number | null },
): Promise<ReturnOutcome> {
  const held = await holdReturn(tx, input.returnId, input.expectedVersion);
  if (held.refusals) return held;
  const { row, order } = held.value;
  if (row.status !== 'APPROVED' && row.status !== 'IN_TRANSIT') {
    return refuse('INVALID', `The return is ${row.status}; only an approved one is received.`, ['returnId']);
  }
  const lines = await tx.em.find(OrderLine, { orderId: order.id }, { orderBy: { position: 'asc' } });
  const facts = await orderFacts(tx, order, lines);
  if (input.refund && facts.hasRunningSaga) return refuse('SAGA_IN_PROGRESS', busy);
  for (const [index, { returnLineId, quantity }] of input.lines.entries()) {
    const line = row.lines.find((candidate) => candidate.id === returnLineId);
    const field = ['lines', String(index)];
    if (!line) return refuse('NOT_FOUND', 'The return has no such line.', [...field, 'returnLineId']);
    const isRepeated = input.lines.findIndex((other) => other.returnLineId === returnLineId) !== index;
    if (isRepeated || quantity < 0 || quantity > line.quantity) {
      return refuse('INVALID', `Name each line once; of this one ${line.quantity} were announced.`, [
        ...field,
        'quantity',
      ]);
    }
  }
  const arrived = input.lines.filter((line) => line.quantity > 0);
  const quote =
    input.refund && arrived.length > 0 ? quoteRefund(refundable(order, lines), requestOf(row, arrived)) : null;
  if (quote && 'code' in quote) return refuse(quote.code, quote.message, ['lines']);

  const before = row.status;
  row.lines = row.lines.map((line) => {
    const received = input.lines.find((candidate) => candidate.returnLineId === line.id);
    return received ? { ...line, receivedQuantity: received.quantity, disposition: received.disposition } : line;
  });
  for (const returned of row.lines) {
    const line = lines.find((candidate) => candidate.id === returned.orderLineId);
    if (line) line.returnedQuantity += returned.receivedQuantity;
  }
  const others = (await findOpenReturns(tx, order)).filter((other) => other.id !== row.id);
  order.returnStatus = returnProgressOf(lines, others.length > 0);
  order.updatedAt = tx.now;
  row.updatedAt = tx.now;
  row.status = quote ? 'RECEIVED' : 'CLOSED';
  await tx.em.flush();
  addToTimeline(tx, order.id, 'ReturnStatusChanged', 'The returned goods were received.');
  publishStatus(tx, row, order, before, null);
  if (quote) {
    const points = await quotePoints(tx.em, order, lines, quote);
    const saga = await lockRefund(tx, order, lines, quote, points, {
      reason: 'Goods were returned.',
      notifyCustomer: true,
      returnId: row.id,
      parentSagaId: null,
    });
    await move(tx, saga, { type: 'Started' });
  }
  return done({ returnId: row.id });
}

/** Refunds what arrived, and puts it where staff say. */
const requestOf = (row: Return, arrived: readonly ReceivedUnits[]): RefundRequest => ({
  lines: arrived.map(({ returnLineId, quantity, disposition, locationId }) => ({
    orderLineId: row.lines.find((line) => line.id === returnLineId)?.orderLineId ?? '',
    quantity,
    disposition,
    locationId,
  })),
  refundShipping: false,
  amount: null,
});
