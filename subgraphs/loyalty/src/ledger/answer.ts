import type { Transaction } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { query, write } from '@ordergraph/tenancy';

type AnswerName =
  | 'PointsHeld'
  | 'PointsHoldFailed'
  | 'PointsHoldReleased'
  | 'PointsRedeemed'
  | 'PointsReversalPrepared'
  | 'PointsReversalRefused'
  | 'PointsReversalCancelled'
  | 'PointsReversed';

/** The event that answers a saga's command. */
export type Answer = {
  [Name in AnswerName]: { readonly type: Name; readonly payload: EventPayloads[Name] };
}[AnswerName];

/** True when the command was answered before: the stored answer is published again, and nothing else is to be done. */
export async function isAnsweredAgain(tx: Transaction): Promise<boolean> {
  if (tx.commandKey === null) return false;
  const [known] = await query<Answer>(
    tx.em,
    'select type, payload from "loyalty"."answer" where tenant_id = $1 and command_key = $2',
    [tx.tenantId, tx.commandKey],
  );
  if (!known) return false;
  publish(tx, known);
  return true;
}

/** Publishes the answer to a command, and stores it for repetitions of the command. */
export function answer(tx: Transaction, given: Answer): void {
  if (tx.commandKey !== null) {
    write(
      tx.em,
      `insert into "loyalty"."answer" (tenant_id, command_key, type, payload, answered_at) values ($1, $2, $3, $4::jsonb, $5)`,
      [tx.tenantId, tx.commandKey, given.type, JSON.stringify(given.payload), tx.now],
    );
  }
  publish(tx, given);
}

function publish(tx: Transaction, { type, payload }: Answer): void {
  // Name and payload belong together by the type of Answer, which a union cannot show to a generic call.
  tx.publish(type, payload as never);
}
