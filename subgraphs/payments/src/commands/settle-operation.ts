import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '@ordergraph/events';
import type { Payment } from '../entities/payment.entity.ts';
import { ProviderOperation } from '../entities/provider-operation.entity.ts';
import { publishAnswer, type Answer } from '../operations/answer.ts';
import type { ClaimedOperation } from '../operations/claim.ts';
import type { Finding } from '../operations/perform.ts';
import { recordAuthorization } from './record-authorization.ts';
import { recordCapture } from './record-capture.ts';
import { recordCredit, recordRefund, reverseRefund } from './record-refund.ts';
import { recordVoid } from './record-void.ts';
import { lockPayment } from './lock-payment.ts';

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const patienceMs = 5 * 24 * hourMs;

/** When to ask again: soon at first, then ever more rarely; after 5 days once a day. */
function nextAttempt(tx: Transaction, operation: ProviderOperation, firstMs: number, longestMs: number): Date {
  const age = tx.now.getTime() - operation.createdAt.getTime();
  const delay = age > patienceMs ? 24 * hourMs : Math.min(firstMs * 2 ** Math.min(operation.attempts, 20), longestMs);
  return new Date(tx.now.getTime() + delay);
}

/** Takes the operation for its lease's holder; null when another has it since, or it is settled. */
async function takeLeased(tx: Transaction, { id, leaseEpoch }: ClaimedOperation): Promise<ProviderOperation | null> {
  const operation = await tx.em.findOne(
    ProviderOperation,
    { id, leaseEpoch, finishedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (operation) operation.leasedUntil = null;
  return operation;
}

/** Records what the provider said to an operation: state, ledger, payment and the answer, in one transaction. */
export async function settleOperation(tx: Transaction, claimed: ClaimedOperation, finding: Finding): Promise<void> {
  const payment = claimed.paymentId ? await lockPayment(tx, claimed.paymentId) : null;
  const operation = await takeLeased(tx, claimed);
  if (!operation) return;
  const { result, isReversed } = finding;
  if (result.outcome !== 'declined') operation.reference = result.reference || null;
  const isDecided = result.outcome === 'succeeded' || result.outcome === 'declined';
  if (isDecided) {
    operation.state = result.outcome === 'succeeded' ? 'SUCCEEDED' : 'FAILED';
    operation.errorCode = result.outcome === 'declined' ? result.code : null;
    operation.finishedAt = tx.now;
  } else {
    operation.state = 'AWAITING';
    operation.nextAttemptAt = nextAttempt(tx, operation, secondMs, hourMs);
  }
  const answer = await record(tx, operation, payment, { result, isReversed });
  if (answer) {
    operation.answer = answer;
    publishAnswer(tx, answer);
  }
  if (payment) payment.updatedAt = tx.now;
  tx.wake(`operation:${operation.id}`);
  await tx.em.flush();
}

async function record(
  tx: Transaction,
  operation: ProviderOperation,
  payment: Payment | null,
  { result, isReversed }: Finding,
): Promise<Answer | null> {
  if (operation.kind === 'AUTHORIZE' && payment) return recordAuthorization(tx, operation, payment, result);
  if (result.outcome === 'pending' || result.outcome === 'requiresAction') return null;
  switch (operation.kind) {
    case 'CREDIT':
      return recordCredit(tx, operation, result);
    case 'CAPTURE':
      return payment && recordCapture(tx, operation, payment, result);
    case 'VOID':
      return payment && recordVoid(tx, operation, payment, result);
    case 'REFUND':
      return payment && recordRefund(tx, operation, payment, result);
    case 'RECONCILE':
      if (payment && isReversed) await reverseRefund(tx, operation, payment);
      return null;
    case 'AUTHORIZE':
      return null;
  }
}

/** Records that the provider did not say what it did. It is asked, soon and then more rarely, until it says. */
export async function noteUnknown(tx: Transaction, claimed: ClaimedOperation): Promise<void> {
  const operation = await takeLeased(tx, claimed);
  if (!operation) return;
  if (operation.state !== 'AWAITING') operation.state = 'UNKNOWN';
  operation.nextAttemptAt = nextAttempt(tx, operation, 100, 60 * secondMs);
  tx.wake(`operation:${operation.id}`);
  await tx.em.flush();
}
