import type { Transaction } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { query, write } from '@ordergraph/tenancy';
import type { PointsDraft } from '../domain/points-draft.ts';
import type { OrderPoints } from '../entities/order-points.entity.ts';
import { renderNow, renderOrder } from './render.ts';

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

/**
 * True when the command was answered before: the stored answer is published again, and nothing else is to be done. What
 * it says of the balance and of the order is what is true now: much may have happened since the first answer, and whoever
 * keeps a copy hears this one last.
 */
export async function isAnsweredAgain(
  tx: Transaction,
  { draft }: { readonly draft: PointsDraft },
  order: OrderPoints | null = null,
): Promise<boolean> {
  if (tx.commandKey === null) return false;
  const [known] = await query<Answer>(
    tx.em,
    'select type, payload from "loyalty"."answer" where tenant_id = $1 and command_key = $2',
    [tx.tenantId, tx.commandKey],
  );
  if (!known) return false;
  const now = {
    ...('balance' in known.payload ? { balance: renderNow(draft) } : {}),
    ...('order' in known.payload && order ? { order: renderOrder(order, draft) } : {}),
    ...(known.type === 'PointsReversed' ? { isRepeated: true } : {}),
  };
  // What is replaced has the type of what was there.
  publish(tx, { ...known, payload: { ...known.payload, ...now } } as Answer);
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
