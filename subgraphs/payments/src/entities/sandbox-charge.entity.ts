import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** Where the sandbox stands with a charge. */
export type SandboxChargeStatus = 'PENDING' | 'REQUIRES_ACTION' | 'AUTHORIZED' | 'DECLINED' | 'VOIDED';

const SandboxChargeSchema = defineEntity({
  name: 'SandboxCharge',
  ...tenantTable('payments', 'sandbox_charge'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    key: p.text(),
    methodToken: p.text(),
    status: p.text().$type<SandboxChargeStatus>(),
    amountMinor: p.bigint(),
    currencyCode: p.text(),
    capturedMinor: p.bigint(),
    refundedMinor: p.bigint(),
    // True when nothing more can be captured.
    isClosed: p.boolean(),
    declineCode: p.text().strictNullable(),
    returnUrl: p.text().strictNullable(),
    expiresAt: p.datetime(3),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'key'] }],
});

/** The sandbox's own book of charges. Nothing but the sandbox reads or writes it; the checker compares it with ours. */
export class SandboxCharge extends SandboxChargeSchema.class {}
SandboxChargeSchema.setClass(SandboxCharge);
