import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { newId, query, write } from '@ordergraph/tenancy';
import type { SandboxDecision } from '../../entities/sandbox-event.entity.ts';

/** A webhook for later, and what the sandbox decides just before it. */
export interface NewEvent {
  readonly type: string;
  readonly key: string;
  readonly decision: SandboxDecision | null;
  readonly inMs: number;
  /** The same for two deliveries of one event. */
  readonly eventId: string;
}

/** Notes a webhook in the transaction of what it tells. */
export function planEvent(books: SqlEntityManager, tenantId: string, event: NewEvent): void {
  write(
    books,
    `insert into "payments"."sandbox_event" (id, tenant_id, event_id, type, key, decision, due_at, attempts)
     values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond', 0)`,
    [newId(), tenantId, event.eventId, event.type, event.key, event.decision, event.inMs],
  );
}

// Each is conditional on the state that it leaves, so that deciding twice changes nothing.
const decisions: Readonly<Record<SandboxDecision, string>> = {
  AUTHORIZE: `
    with decided as (
      update "payments"."sandbox_call" set state = 'SUCCEEDED', code = null
      where key = $1 and kind = 'AUTHORIZE' and state in ('PENDING', 'REQUIRES_ACTION') returning charge_id
    ) update "payments"."sandbox_charge" set status = 'AUTHORIZED' where id in (select charge_id from decided) returning 1`,
  DECLINE: `
    with decided as (
      update "payments"."sandbox_call" set state = 'DECLINED', code = coalesce(code, 'card_declined')
      where key = $1 and kind = 'AUTHORIZE' and state in ('PENDING', 'REQUIRES_ACTION') returning charge_id
    ) update "payments"."sandbox_charge" set status = 'DECLINED' where id in (select charge_id from decided) returning 1`,
  SETTLE: `
    with decided as (
      update "payments"."sandbox_call" set state = 'SUCCEEDED'
      where key = $1 and kind = 'REFUND' and state = 'PENDING' returning charge_id, amount_minor
    ) update "payments"."sandbox_charge" h set refunded_minor = h.refunded_minor + d.amount_minor
      from decided d where h.id = d.charge_id returning 1`,
  REVERSE: `
    with decided as (
      update "payments"."sandbox_call" set is_reversed = true
      where key = $1 and kind = 'REFUND' and state = 'SUCCEEDED' and not is_reversed returning charge_id, amount_minor
    ) update "payments"."sandbox_charge" h set refunded_minor = h.refunded_minor - d.amount_minor
      from decided d where h.id = d.charge_id returning 1`,
};

/** Decides what was left open for a key; false when it is decided already. */
export async function decide(books: SqlEntityManager, key: string, decision: SandboxDecision): Promise<boolean> {
  return (await query(books, decisions[decision], [key])).length > 0;
}
