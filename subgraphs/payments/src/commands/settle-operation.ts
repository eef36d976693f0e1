import type { Transaction } from '@ordergraph/events';
import type { Payment } from '../entities/payment.entity.ts';
import type { ProviderOperation } from '../entities/provider-operation.entity.ts';
import type { Refund } from '../entities/refund.entity.ts';
import { publishAnswer, type Answer } from '../operations/answer.ts';
import type { ClaimedOperation } from '../operations/claim.ts';
import { lockLeased, saveOperation } from '../operations/operation-rows.ts';
import type { Finding } from '../operations/perform.ts';
import { recordAuthorization } from './record-authorization.ts';
import { recordCapture } from './record-capture.ts';
import { lockRefund, recordCredit, recordRefund, reverseRefund } from './record-refund.ts';
import { recordVoid } from './record-void.ts';
import { lockPayment, savePayment } from './lock-payment.ts';

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const patienceMs = 5 * 24 * hourMs;

/** When to ask again: soon at first, then ever more rarely; after 5 days once a day. */
function nextAttempt(tx: Transaction, operation: ProviderOperation, firstMs: number, longestMs: number): Date {
  const age = tx.now.getTime() - operation.createdAt.getTime();
  const delay = age > patienceMs ? 24 * hourMs : Math.min(firstMs * 2 ** Math.min(operation.attempts, 20), longestMs);
  return new Date(tx.now.getTime() + delay);
}

/** Records what the provider said to an operation: state, ledger, payment and the answer, in one transaction. */
export async function settleOperation(tx: Transaction, claimed: ClaimedOperation, finding: Finding): Promise<void> {
  // Always in this order: two transactions that took them the other way round would wait for each other.
  const [payment, operation, refund] = await Promise.all([
    claimed.paymentId ? lockPayment(tx, claimed.paymentId) : null,
    lockLeased(tx, claimed),
    claimed.refundId ? lockRefund(tx, claimed.refundId) : null,
  ]);
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
  const answer = await record(tx, operation, { payment, refund }, { result, isReversed });
  if (answer) {
    operation.answer = answer;
    publishAnswer(tx, answer);
  }
  saveOperation(tx, operation);
  if (payment) savePayment(tx, payment);
  tx.wake(`operation:${operation.id}`);
}

async function record(
  tx: Transaction,
  operation: ProviderOperation,
  { payment, refund }: { readonly payment: Payment | null; readonly refund: Refund | null },
  { result, isReversed }: Finding,
): Promise<Answer | null> {
  if (operation.kind === 'AUTHORIZE' && payment) return recordAuthorization(tx, operation, payment, result);
  if (result.outcome === 'pending' || result.outcome === 'requiresAction') return null;
  switch (operation.kind) {
    case 'CREDIT':
      return refund && recordCredit(tx, operation, refund, result);
    case 'CAPTURE':
      return payment && recordCapture(tx, operation, payment, result);
    case 'VOID':
      return payment && recordVoid(tx, operation, payment, result);
    case 'REFUND':
      return payment && refund && recordRefund(tx, operation, payment, refund, result);
    case 'RECONCILE':
      if (payment && refund && isReversed) reverseRefund(tx, operation, payment, refund);
      return null;
    case 'AUTHORIZE':
      return null;
  }
}

/** Records that the provider did not say what it did. It is asked, soon and then more rarely, until it says. */
export async function noteUnknown(tx: Transaction, claimed: ClaimedOperation): Promise<void> {
  const operation = await lockLeased(tx, claimed);
  if (!operation) return;
  if (operation.state !== 'AWAITING') operation.state = 'UNKNOWN';
  operation.nextAttemptAt = nextAttempt(tx, operation, 100, 60 * secondMs);
  saveOperation(tx, operation);
  tx.wake(`operation:${operation.id}`);
}
