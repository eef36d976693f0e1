import type { Transaction } from '@ordergraph/events';
import { crashPoint } from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { SagaCommand, SagaMessage } from '../domain/saga-rules.ts';
import { advance } from '../domain/saga.ts';
import { Cart } from '../entities/cart.entity.ts';
import { Order } from '../entities/order.entity.ts';
import type { SagaKind } from '../entities/saga.entity.ts';
import { acts } from './acts/index.ts';
import { crashPointOf } from './crash-points.ts';
import { holdSaga, rulesOf, saveSaga, type HeldSaga } from './sagas.ts';

/** A command's key names its saga and step, the same for every attempt; its answer carries it back. */
export const commandKeyOf = (sagaId: string, step: string): string => `${sagaId}:${step}`;

/** The saga and step that an answer is for; null for an event that answers no saga. */
export function readCommandKey(key: string | null): { sagaId: string; step: string } | null {
  const separator = key?.indexOf(':') ?? -1;
  return key && separator > 0 ? { sagaId: key.slice(0, separator), step: key.slice(separator + 1) } : null;
}

function send(tx: Transaction, saga: HeldSaga, command: SagaCommand): void {
  // The name comes from the saga's rules and the payload is checked against the contract of that name.
  tx.publish(command.name as 'ReserveStock', command.payload as never, {
    commandKey: commandKeyOf(saga.id, command.step),
  });
}

/** Moves a saga that this transaction holds: its new state, its commands and orders' own acts become facts together. */
export async function move<Kind extends SagaKind>(
  tx: Transaction,
  saga: HeldSaga<Kind>,
  message: SagaMessage,
): Promise<boolean> {
  const before = saga.state;
  const step = advance(rulesOf[saga.kind], before, message, { now: tx.now, isRunning: tx.isRunning });
  if (step.state === before && step.send.length === 0) return false;
  // Before its acts, which may move it again.
  saveSaga(tx, { ...saga, state: step.state });
  const moved: HeldSaga<Kind> = { ...saga, state: step.state, isNew: false };
  for (const command of step.send) send(tx, moved, command);
  for (const act of step.acts) await acts(act)(tx, moved, move);
  const { status, isWaitingForCustomer } = step.state;
  const isBusy = status === 'RUNNING' || status === 'COMPENSATING';
  if (!isBusy || isWaitingForCustomer) tx.wake(`saga:${saga.id}`);
  tx.afterCommit(() => crashPoint(crashPointOf(saga.kind, message)));
  return true;
}

/** Feeds one message to a saga. Answers false when it changed nothing, as a late or repeated reply does. */
export async function advanceSaga(tx: Transaction, sagaId: string, message: SagaMessage): Promise<boolean> {
  const [saga, changed] = await Promise.all([holdSaga(tx, sagaId), holdWhatActsChange(tx, message)]);
  return saga ? move(tx, { ...saga, ...changed }, message) : false;
}

/**
 * Takes the row that the act after an answer changes, together with the saga instead of in a round trip of its own. Locked
 * after the saga, as the act would.
 */
async function holdWhatActsChange(tx: Transaction, message: SagaMessage): Promise<Pick<HeldSaga, 'cart' | 'order'>> {
  if (message.type !== 'Answered') return {};
  const { step, event, payload } = message;
  if (step === 'inventory.ReserveStock' && event === 'StockReserved' && typeof payload['cartId'] === 'string') {
    return { cart: await findRow(tx.em, Cart, { id: payload['cartId'] }, { lock: 'wait' }) };
  }
  if (step === 'payments.CapturePayment' && event === 'PaymentSuccess' && typeof payload['orderId'] === 'string') {
    return { order: await findRow(tx.em, Order, { id: payload['orderId'] }, { lock: 'wait' }) };
  }
  return {};
}
