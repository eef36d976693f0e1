import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { PaymentStatus } from '../../generated/graphql.ts';

const PaymentSchema = defineEntity({
  name: 'Payment',
  ...tenantTable('payments', 'payment', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    cartId: p.uuid(),
    orderId: p.uuid().strictNullable(),
    customerId: p.uuid().strictNullable(),
    status: p.text().$type<PaymentStatus>(),
    gateway: p.text(),
    amountMinor: p.bigint(),
    currencyCode: p.text(),
    authorizedMinor: p.bigint(),
    capturedMinor: p.bigint(),
    refundedMinor: p.bigint(),
    // What captures and refunds that are under way have claimed, so that two of them never share the same money.
    capturingMinor: p.bigint(),
    refundingMinor: p.bigint(),
    methodToken: p.text(),
    methodBrand: p.text().strictNullable(),
    methodLast4: p.text().strictNullable(),
    nextActionUrl: p.text().strictNullable(),
    returnUrl: p.text().strictNullable(),
    // The provider's key and number for the authorisation: later operations name it by them.
    chargeKey: p.text().strictNullable(),
    chargeReference: p.text().strictNullable(),
    // The saga that gave it up, or the payment's own id. A yes of the provider that comes later is undone in its name.
    givenUpBy: p.text().strictNullable(),
    expiresAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    version: p.integer().version(),
  },
  checks: [
    {
      name: 'payment_captures_within_authorization',
      expression:
        'captured_minor >= 0 and capturing_minor >= 0 and captured_minor + capturing_minor <= authorized_minor',
    },
    {
      name: 'payment_refunds_within_captures',
      expression: 'refunded_minor >= 0 and refunding_minor >= 0 and refunded_minor + refunding_minor <= captured_minor',
    },
  ],
  indexes: [
    { properties: ['tenantId', 'createdAt', 'id'] },
    { properties: ['tenantId', 'orderId'] },
    { properties: ['tenantId', 'cartId'] },
    {
      name: 'payment_lapsing_index',
      properties: ['expiresAt'],
      expression: `create index "payment_lapsing_index" on "payments"."payment" ("expires_at") where status in ('CREATED', 'AUTHORIZED')`,
    },
  ],
});

/** One attempt to pay. Its amounts are sums of the ledger, kept beside it so that they can be locked and compared. */
export class Payment extends PaymentSchema.class {}
PaymentSchema.setClass(Payment);
