import type { Cause, EventEnvelope } from '@ordergraph/events';
import { parseMoney } from '@ordergraph/money';
import type { EventPayloads } from '@ordergraph/schema';
import { systemCause } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import { startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { handlers } from '../src/event-handlers/index.ts';
import { createPayment, definition } from '../src/index.ts';

/** Waits are short in tests, so that the sandbox's silence costs little. */
export const quickSettings = { PAYMENT_PROVIDER_TIMEOUT_MS: '250', PAYMENT_SANDBOX_DECISION_MS: '300' };

export const startPayments = (settings: Record<string, string> = {}): Promise<TestHouse> =>
  startTestHouse({ subgraphs: [definition], settings: { ...quickSettings, ...settings } });

type Handled =
  | 'AuthorizePayment'
  | 'CapturePayment'
  | 'VoidPayment'
  | 'RefundPayment'
  | 'CartCheckoutStarted'
  | 'CartCheckoutEnded'
  | 'OrderCreated';

export interface PublishedEvent {
  readonly type: string;
  readonly payload: Record<string, unknown>;
}

export interface LedgerLine {
  readonly kind: string;
  readonly status: string;
  readonly amount_minor: string;
  readonly error_code: string | null;
}

/** An order that is being paid, with the saga's side played by the test. */
export interface Till {
  readonly tenantId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly cartId: string;
  readonly sagaId: string;
  /** Hands a command or event to its handler, as the consumer would. */
  receive<Name extends Handled>(name: Name, payload: EventPayloads[Name], commandKey?: string): Promise<void>;
  authorize(): Promise<void>;
  capture(): Promise<void>;
  giveUp(): Promise<void>;
  refund(amount: string, refundId?: string): Promise<string>;
  /** All answers to the saga's step so far. */
  answers(step: string): Promise<PublishedEvent[]>;
  /** The first answer to the saga's step. */
  answer(step: string): Promise<PublishedEvent>;
  ledger(): Promise<LedgerLine[]>;
  read<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  status(): Promise<string>;
}

/** Prepares a payment of 25.00 EUR for a new order, of a new merchant unless one is given. */
export async function openTill(
  house: TestHouse,
  methodToken: string,
  tenantId = newId(),
  customerId: string | null = null,
): Promise<Till> {
  const [orderId, cartId, sagaId] = [newId(), newId(), newId()];
  const amount = { amount: '25.00', currencyCode: 'EUR' };
  const { paymentId } = await house.command('payments', tenantId, (tx) =>
    createPayment(tx, { cartId, customerId, amount: parseMoney(amount), methodToken }),
  );

  const read = <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    house.command('payments', tenantId, (tx) => query<Row>(tx.em, sql, parameters));

  async function receive<Name extends Handled>(
    name: Name,
    payload: EventPayloads[Name],
    commandKey: string | null = null,
  ) {
    const cause: Cause = { ...systemCause(tenantId), causationId: newId(), commandKey };
    const handler = handlers[name];
    if (!handler) throw new Error(`Payments has no handler for ${name}.`);
    // Handlers of payments read the transaction and the payload only.
    await house.subgraph('payments').runtime.transact(cause, (tx) => handler(tx, payload, {} as EventEnvelope));
  }

  const answers = (step: string): Promise<PublishedEvent[]> =>
    read('select type, payload from "payments"."outbox" where command_key = $1 order by id', [`${sagaId}:${step}`]);

  return {
    tenantId,
    paymentId,
    orderId,
    cartId,
    sagaId,
    receive,
    authorize: () => {
      const deadlineAt = new Date(Date.now() + 600_000).toISOString();
      return receive('AuthorizePayment', { paymentId, cartId, orderId, amount, deadlineAt }, `${sagaId}:authorize`);
    },
    capture: () => receive('CapturePayment', { paymentId, orderId, amount }, `${sagaId}:capture`),
    giveUp: () => receive('VoidPayment', { paymentId, orderId, reason: 'The order was not placed.' }, `${sagaId}:void`),
    async refund(refundAmount, refundId = newId()) {
      const payload = {
        paymentId,
        orderId,
        refundId,
        amount: { ...amount, amount: refundAmount },
        reason: 'Returned.',
      };
      await receive('RefundPayment', payload, `${refundId}:refund`);
      return refundId;
    },
    answers,
    answer: (step) =>
      waitFor(async () => (await answers(step))[0], {
        describe: async () =>
          `an answer to ${step}; operations: ${JSON.stringify(await read('select kind, state, attempts, error_code from "payments"."provider_operation"'))} log: ${house.logged.slice(-3).join(' | ')}`,
      }),
    ledger: () =>
      read('select kind, status, amount_minor, error_code from "payments"."journal" order by occurred_at, id'),
    read,
    async status() {
      const [row] = await read<{ status: string }>('select status from "payments"."payment" where id = $1', [
        paymentId,
      ]);
      return row?.status ?? '';
    },
  };
}
