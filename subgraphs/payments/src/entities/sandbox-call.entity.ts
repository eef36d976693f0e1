import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** What the sandbox was asked for. */
export type SandboxCallKind = 'AUTHORIZE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'CREDIT';

const SandboxCallSchema = defineEntity({
  name: 'SandboxCall',
  ...tenantTable('payments', 'sandbox_call'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    key: p.text(),
    kind: p.text().$type<SandboxCallKind>(),
    chargeId: p.uuid().strictNullable(),
    state: p.text().$type<'SUCCEEDED' | 'DECLINED' | 'PENDING' | 'REQUIRES_ACTION'>(),
    amountMinor: p.bigint(),
    currencyCode: p.text(),
    code: p.text().strictNullable(),
    isRetryable: p.boolean(),
    // True when the sandbox took a refund back after it had confirmed it.
    isReversed: p.boolean(),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'key'] }],
});

/** The sandbox's own book of calls: one row per idempotency key, so that a repeated call moves nothing. */
export class SandboxCall extends SandboxCallSchema.class {}
SandboxCallSchema.setClass(SandboxCall);
