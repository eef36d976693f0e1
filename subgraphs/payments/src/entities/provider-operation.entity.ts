import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Cause } from '@ordergraph/events';
import { tenantTable } from '@ordergraph/tenancy';
import type { Answer } from '../operations/answer.ts';

/** `RECONCILE` changes nothing at the provider: it looks what the provider did by itself. */
export type OperationKind = 'AUTHORIZE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'CREDIT' | 'RECONCILE';

/**
 * `PENDING` was not tried or its attempt has not come back, `UNKNOWN` was tried without an answer, `AWAITING` is known
 * to the provider, who has not decided. The other two are final.
 */
export type OperationState = 'PENDING' | 'UNKNOWN' | 'AWAITING' | 'SUCCEEDED' | 'FAILED';

const ProviderOperationSchema = defineEntity({
  name: 'ProviderOperation',
  ...tenantTable('payments', 'provider_operation', { relay: 'update' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    kind: p.text().$type<OperationKind>(),
    state: p.text().$type<OperationState>(),
    paymentId: p.uuid().strictNullable(),
    orderId: p.uuid().strictNullable(),
    refundId: p.uuid().strictNullable(),
    // The provider's idempotency key, `<tenant>:<saga>:<step>` for what a saga commands.
    key: p.text(),
    amountMinor: p.bigint(),
    currencyCode: p.text(),
    isFinal: p.boolean(),
    methodToken: p.text().strictNullable(),
    returnUrl: p.text().strictNullable(),
    chargeKey: p.text().strictNullable(),
    chargeReference: p.text().strictNullable(),
    reason: p.text().strictNullable(),
    deadlineAt: p.datetime(3).strictNullable(),
    // Why it runs: what is published for it carries this, as if it were still the command's own transaction.
    cause: p.json<Cause>(),
    commandKey: p.text().strictNullable(),
    answer: p.json<Answer>().strictNullable(),
    reference: p.text().strictNullable(),
    errorCode: p.text().strictNullable(),
    attempts: p.integer(),
    nextAttemptAt: p.datetime(3),
    leaseEpoch: p.integer(),
    leasedUntil: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    finishedAt: p.datetime(3).strictNullable(),
  },
  uniques: [{ properties: ['tenantId', 'key'] }, { properties: ['tenantId', 'commandKey'] }],
  indexes: [
    { properties: ['tenantId', 'paymentId', 'id'] },
    { properties: ['tenantId', 'refundId'] },
    {
      name: 'provider_operation_due_index',
      properties: ['nextAttemptAt'],
      expression: `create index "provider_operation_due_index" on "payments"."provider_operation" ("next_attempt_at") where state in ('PENDING', 'UNKNOWN', 'AWAITING')`,
    },
  ],
});

/** Something that the provider is asked to do, and what came of it. Written before the provider hears of it. */
export class ProviderOperation extends ProviderOperationSchema.class {}
ProviderOperationSchema.setClass(ProviderOperation);
