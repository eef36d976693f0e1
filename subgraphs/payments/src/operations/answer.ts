import type { Transaction } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';

type AnswerName =
  | 'PaymentAuthorized'
  | 'PaymentActionRequired'
  | 'PaymentSuccess'
  | 'PaymentFailed'
  | 'PaymentVoided'
  | 'RefundSucceeded'
  | 'RefundFailed'
  | 'UnreferencedRefundSucceeded';

/** The event that answers a command, stored beside the operation so that a repeated command gets it again. */
export type Answer = {
  [Name in AnswerName]: { readonly name: Name; readonly payload: EventPayloads[Name] };
}[AnswerName];

/** Publishes an answer, for the first time or again. */
export function publishAnswer(tx: Transaction, answer: Answer): void {
  // The union pairs each name with its payload; the compiler loses the pair when it looks at the two apart.
  tx.publish(answer.name, answer.payload as never);
}
