import { once } from 'node:events';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { forTenant, newId, write } from '@ordergraph/tenancy';
import type { SandboxCallKind } from '../../entities/sandbox-call.entity.ts';
import type { PaymentProvider, ProviderCall, ProviderResult } from '../provider.ts';
import {
  chargeIdOf,
  inBooks,
  lockCharge,
  openCharge,
  writeCall,
  writeNewCall,
  type ChargeRow,
  type NewCall,
} from './books.ts';
import { planEvent, type NewEvent } from './events.ts';
import { readRecord, resultOf } from './records.ts';
import { behaviourOf, type TokenBehaviour } from './tokens.ts';

/** What the sandbox needs besides its books. */
export interface SandboxOptions {
  readonly em: SqlEntityManager;
  readonly publicUrl: string;
  /** How long it thinks about what it decides late. */
  readonly decisionMs: number;
}

interface Done {
  readonly isNew: boolean;
  readonly behaviour: TokenBehaviour | null;
  readonly result: ProviderResult;
}

type Decided = Pick<NewCall, 'state' | 'code' | 'isRetryable'>;

const decline = (code: string, isRetryable = false): Decided => ({ state: 'DECLINED', code, isRetryable });
const succeed: Decided = { state: 'SUCCEEDED' };

const chargeStatus = {
  SUCCEEDED: 'AUTHORIZED',
  DECLINED: 'DECLINED',
  PENDING: 'PENDING',
  REQUIRES_ACTION: 'REQUIRES_ACTION',
} as const;
const authorizationDays = 7;

/**
 * A provider that moves no money and keeps books like one that does: durable, committed by itself, one result per key.
 * How it behaves for a card is said in `tokens.ts`.
 */
export function createSandbox({ em, publicUrl, decisionMs }: SandboxOptions): PaymentProvider {
  // Calls that got lost or that it stumbled over, by key: a network keeps no books, so neither does this.
  const stumbles = new Map<string, number>();

  async function stumble(call: ProviderCall, behaviour: TokenBehaviour | null): Promise<void> {
    const { trouble } = behaviour ?? {};
    if (trouble?.during !== 'AUTHORIZE' || trouble.kind === 'answer-lost') return;
    const times = (stumbles.get(call.key) ?? 0) + 1;
    stumbles.set(call.key, times);
    if (trouble.kind === 'error' && times <= 2) throw new Error('The sandbox answered 503.');
    if (trouble.kind === 'call-lost' && times === 1) await silence(call.signal);
  }

  async function recordOf(call: ProviderCall): Promise<ProviderResult> {
    const record = await readRecord(forTenant(em, call.tenantId), call.tenantId, call.key, publicUrl);
    if (!record) throw new Error(`The sandbox wrote no record for the key ${call.key}.`);
    return record.result;
  }

  /** Answers, unless the card's way is to lose the first answer of this kind. */
  async function answer(call: ProviderCall, kind: SandboxCallKind, done: Done): Promise<ProviderResult> {
    const { trouble } = done.behaviour ?? {};
    if (done.isNew && trouble?.during === kind && trouble.kind === 'answer-lost') await silence(call.signal);
    return done.result;
  }

  /** Something about an existing charge: decided under the charge's lock, written down once per key. */
  async function onCharge(
    call: ProviderCall & { reference: string },
    kind: 'CAPTURE' | 'VOID' | 'REFUND',
    amount: { minor: bigint; currencyCode: string } | null,
    act: (books: SqlEntityManager, charge: ChargeRow, behaviour: TokenBehaviour | null) => Decided,
  ): Promise<ProviderResult> {
    const { tenantId, key } = call;
    const done = await inBooks(em, tenantId, async (books): Promise<Done> => {
      const [charge, known] = await Promise.all([
        lockCharge(books, chargeIdOf(call.reference)),
        // Sent behind the lock, so it sees what whoever held the charge wrote.
        readRecord(books, tenantId, key, publicUrl),
      ]);
      if (!charge) throw new Error(`The sandbox has no charge ${call.reference}.`);
      const behaviour = behaviourOf(charge.methodToken);
      if (known) return { isNew: false, behaviour, result: known.result };
      const decided = act(books, charge, behaviour);
      const written = { id: newId(), kind, chargeId: charge.id, ...decided };
      writeCall(books, tenantId, {
        ...written,
        key,
        amountMinor: amount?.minor ?? 0n,
        currencyCode: amount?.currencyCode ?? '',
      });
      return { isNew: true, behaviour, result: resultOf(written, tenantId, publicUrl) };
    });
    return answer(call, kind, done);
  }

  return {
    async authorize(call) {
      const { tenantId, key, amount, methodToken, returnUrl } = call;
      const behaviour = behaviourOf(methodToken);
      await stumble(call, behaviour);
      const decided = authorization(behaviour);
      const written = { id: newId(), kind: 'AUTHORIZE', chargeId: newId(), ...decided } as const;
      const expiresAt = await openCharge(
        em,
        tenantId,
        { ...written, key, amountMinor: amount.minor, currencyCode: amount.currencyCode },
        { methodToken, status: chargeStatus[decided.state], returnUrl, days: authorizationDays },
        decided.state === 'PENDING' ? decisionsFor(key, behaviour) : [],
      );
      const result = expiresAt ? resultOf({ ...written, expiresAt }, tenantId, publicUrl) : await recordOf(call);
      return answer(call, 'AUTHORIZE', { isNew: expiresAt !== null, behaviour, result });
    },

    capture: (call) =>
      onCharge(call, 'CAPTURE', call.amount, (books, charge, behaviour) => {
        if (behaviour?.capture === 'decline') return decline(behaviour.code ?? 'card_declined');
        if (charge.isExpired) return decline('authorization_expired');
        if (charge.status !== 'AUTHORIZED' || charge.isClosed) return decline('charge_not_capturable');
        if (charge.capturedMinor + call.amount.minor > charge.amountMinor) return decline('amount_too_large');
        write(
          books,
          `update "payments"."sandbox_charge" set captured_minor = captured_minor + $2,
             is_closed = $3 or captured_minor + $2 = amount_minor where id = $1`,
          [charge.id, call.amount.minor, call.isFinal],
        );
        return succeed;
      }),

    void: (call) =>
      onCharge(call, 'VOID', null, (books, charge) => {
        // Banks cannot take back what they have not decided. A late yes has to be given up when it comes.
        if (charge.status === 'PENDING') return succeed;
        write(
          books,
          `with given_up as (
             update "payments"."sandbox_charge" set is_closed = true,
               status = case when captured_minor = 0 then 'VOIDED' else status end
             where id = $1 returning id
           ) update "payments"."sandbox_call" set state = 'DECLINED', code = 'canceled'
             where charge_id in (select id from given_up) and kind = 'AUTHORIZE' and state = 'REQUIRES_ACTION'`,
          [charge.id],
        );
        return succeed;
      }),

    refund: (call) =>
      onCharge(call, 'REFUND', call.amount, (books, charge, behaviour) => {
        if (behaviour?.refund === 'decline') return decline(behaviour.code ?? 'refund_failed');
        if (charge.refundedMinor + call.amount.minor > charge.capturedMinor) return decline('charge_already_refunded');
        if (behaviour?.refund === 'late-success') {
          planEvent(books, call.tenantId, {
            type: 'refund.succeeded',
            key: call.key,
            decision: 'SETTLE',
            inMs: decisionMs,
            eventId: newId(),
          });
          return { state: 'PENDING' };
        }
        write(books, `update "payments"."sandbox_charge" set refunded_minor = refunded_minor + $2 where id = $1`, [
          charge.id,
          call.amount.minor,
        ]);
        if (behaviour?.refund === 'reversed') {
          planEvent(books, call.tenantId, {
            type: 'refund.reversed',
            key: call.key,
            decision: 'REVERSE',
            inMs: decisionMs,
            eventId: newId(),
          });
        }
        return succeed;
      }),

    async credit(call) {
      const behaviour = behaviourOf(call.methodToken);
      const decided = behaviour?.refund === 'decline' ? decline(behaviour.code ?? 'refund_failed') : succeed;
      const written = { id: newId(), kind: 'CREDIT', chargeId: null, ...decided } as const;
      const { tenantId, key, amount } = call;
      const isNew = await writeNewCall(em, tenantId, {
        ...written,
        key,
        amountMinor: amount.minor,
        currencyCode: amount.currencyCode,
      });
      return isNew ? resultOf(written, tenantId, publicUrl) : recordOf(call);
    },

    get: (call) => readRecord(forTenant(em, call.tenantId), call.tenantId, call.key, publicUrl),
  };

  function authorization(behaviour: TokenBehaviour | null): Decided {
    switch (behaviour?.authorize) {
      case 'decline':
        return decline(behaviour.code ?? 'card_declined', behaviour.isRetryable);
      case 'action':
        return { state: 'REQUIRES_ACTION' };
      case 'late-success':
      case 'late-decline':
        return { state: 'PENDING' };
      case undefined:
        return behaviour ? succeed : decline('invalid_payment_method');
    }
  }

  function decisionsFor(key: string, behaviour: TokenBehaviour | null): NewEvent[] {
    const decision = behaviour?.authorize === 'late-success' ? 'AUTHORIZE' : 'DECLINE';
    const type = decision === 'AUTHORIZE' ? 'charge.authorized' : 'charge.declined';
    const decided: NewEvent = { type, key, decision, inMs: decisionMs, eventId: newId() };
    switch (behaviour?.webhooks) {
      case 'twice':
        return [decided, { ...decided, decision: null }];
      case 'out-of-order':
        return [decided, { type: 'charge.pending', key, decision: null, inMs: decisionMs + 1, eventId: newId() }];
      case undefined:
        return [decided];
    }
  }
}

/** A call that nobody answers ends when the caller gives up. */
async function silence(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw new Error('The sandbox did not answer in time.');
}
