import type { Transaction } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';

type AnswerName = 'StockReserved' | 'StockReservationFailed' | 'StockAllocated' | 'StockReleased' | 'StockRestocked';

/** The event that answers a saga's command. */
export type Answer = {
  [Name in AnswerName]: { readonly type: Name; readonly payload: EventPayloads[Name] };
}[AnswerName];

/** Publishes an answer, for the first time or once more. */
export function publishAnswer(tx: Transaction, answer: Answer): void {
  // Name and payload belong together by the type of Answer, which a union cannot show to a generic call.
  tx.publish(answer.type, answer.payload as never);
}
