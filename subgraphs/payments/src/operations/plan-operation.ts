import type { Cause, Transaction } from '@ordergraph/events';
import { findRow, insertRows, newId } from '@ordergraph/tenancy';
import { ProviderOperation, type OperationKind } from '../entities/provider-operation.entity.ts';
import { publishAnswer, type Answer } from './answer.ts';
import { carrierOf } from './carrier.ts';
import { hurryOperation } from './operation-rows.ts';

/** The task that carries operations to the provider. */
export const operationsTask = 'provider-operations';

/** What an operation is about. */
export interface OperationPlan {
  readonly kind: OperationKind;
  readonly key: string;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  readonly paymentId?: string | null;
  readonly orderId?: string | null;
  readonly refundId?: string | null;
  readonly isFinal?: boolean;
  readonly methodToken?: string | null;
  readonly returnUrl?: string | null;
  readonly chargeKey?: string | null;
  readonly chargeReference?: string | null;
  readonly reason?: string | null;
  readonly deadlineAt?: Date | null;
  /**
   * `OWNS`: it is what the transaction's command asked for. `ANSWERS`: another operation is, and this one completes it.
   * `NONE`: the product does it by itself.
   */
  readonly command?: 'OWNS' | 'ANSWERS' | 'NONE';
  /** True when it is known that nothing is under way that it has to wait for. */
  readonly isFree?: boolean;
}

/** `<tenant>:<saga>:<step>` for what a saga commands; `name` tells apart what is not. */
export function providerKey(tx: Transaction, name: string): string {
  return `${tx.tenantId}:${tx.commandKey ?? name}`;
}

function causeOf(tx: Transaction, isAnswering: boolean): Cause {
  const { tenantId, actor, correlationId, causationId, commandKey, traceparent } = tx;
  return { tenantId, actor, correlationId, causationId, commandKey: isAnswering ? commandKey : null, traceparent };
}

function createOperation(tx: Transaction, plan: OperationPlan, over: Partial<ProviderOperation>): ProviderOperation {
  const { command = 'OWNS', isFree: _, ...fields } = plan;
  const operation: ProviderOperation = {
    id: newId(),
    tenantId: tx.tenantId,
    state: 'PENDING',
    paymentId: null,
    orderId: null,
    refundId: null,
    isFinal: false,
    methodToken: null,
    returnUrl: null,
    chargeKey: null,
    chargeReference: null,
    reason: null,
    deadlineAt: null,
    ...fields,
    cause: causeOf(tx, command !== 'NONE'),
    commandKey: command === 'OWNS' ? tx.commandKey : null,
    answer: null,
    reference: null,
    errorCode: null,
    attempts: 0,
    nextAttemptAt: tx.now,
    leaseEpoch: 0,
    leasedUntil: null,
    createdAt: tx.now,
    finishedAt: null,
    ...over,
  };
  insertRows(tx.em, ProviderOperation, [operation]);
  return operation;
}

/**
 * Writes down what the provider is to do, and has it done right after the commit. When nothing is under way that it has
 * to wait for, it is leased to this process from the beginning, so that nobody has to claim it. Should the process die,
 * the lease ends and the task takes it up, like any other whose attempt did not come back.
 */
export function planOperation(tx: Transaction, plan: OperationPlan): ProviderOperation {
  const carrier = carrierOf(tx.em);
  if (carrier && plan.isFree && carrier.hasRoom()) {
    const leasedUntil = new Date(tx.now.getTime() + carrier.leaseMs);
    const leased = createOperation(tx, plan, { attempts: 1, leaseEpoch: 1, leasedUntil });
    tx.afterCommit(() => carrier.take(leased));
    return leased;
  }
  const operation = createOperation(tx, plan, {});
  if (carrier) tx.afterCommit(() => carrier.look(operation.paymentId));
  return operation;
}

/** Answers a command that needs no provider, and keeps the answer for its repetitions. */
export function answerAtOnce(tx: Transaction, plan: OperationPlan, answer: Answer): void {
  const isFailure = answer.name === 'PaymentFailed' || answer.name === 'RefundFailed';
  createOperation(tx, plan, {
    state: isFailure ? 'FAILED' : 'SUCCEEDED',
    errorCode: isFailure ? answer.payload.code : null,
    answer,
    finishedAt: tx.now,
  });
  publishAnswer(tx, answer);
}

/** Answers a command that came before: with the stored answer, or by having the provider asked at once for one. */
export async function answerRepeated(tx: Transaction, known: ProviderOperation): Promise<void> {
  // Giving up a payment whose money was taken is answered by its refund.
  const answering =
    known.answer || known.refundId === null || known.kind !== 'VOID'
      ? known
      : ((await findRow(tx.em, ProviderOperation, { refundId: known.refundId, kind: 'REFUND' })) ?? known);
  if (answering.answer) publishAnswer(tx, answering.answer);
  if (answering.finishedAt === null) {
    hurryOperation(tx, answering.id);
    tx.wake(`task:${operationsTask}`);
  }
}
