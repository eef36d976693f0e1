import type { Task } from '@ordergraph/subgraph-server';
import { expirePayment } from '../commands/expire-payment.ts';
import type { PaymentResources } from '../resources.ts';

/** What the relay role may read to find payments that lapsed. */
export const expiryGrants: readonly string[] = [
  'grant select (id, tenant_id, status, expires_at) on "payments"."payment" to "relay_payments"',
];

/** Ends payments that lapsed. */
export const expirePayments: Task<PaymentResources> = {
  name: 'expire-payments',
  everyMs: 10_000,
  async run(runtime) {
    const lapsed = await runtime.crossTenant<{ id: string; tenant_id: string }>(
      `select id, tenant_id from "payments"."payment"
       where status in ('CREATED', 'AUTHORIZED') and expires_at <= now() order by expires_at limit 100`,
    );
    let ended = 0;
    for (const { id, tenant_id: tenantId } of lapsed) {
      if (await runtime.transactAsSystem(tenantId, (tx) => expirePayment(tx, id))) ended += 1;
    }
    return ended;
  },
};
