import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { CheckoutCart } from './entities/checkout-cart.entity.ts';
import { Journal } from './entities/journal.entity.ts';
import { OrderCopy } from './entities/order-copy.entity.ts';
import { Payment } from './entities/payment.entity.ts';
import { Posting } from './entities/posting.entity.ts';
import { ProviderOperation } from './entities/provider-operation.entity.ts';
import { Refund } from './entities/refund.entity.ts';
import { SandboxCall } from './entities/sandbox-call.entity.ts';
import { SandboxCharge } from './entities/sandbox-charge.entity.ts';
import { SandboxEvent } from './entities/sandbox-event.entity.ts';
import { WebhookEvent } from './entities/webhook-event.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { ledgerGuards } from './ledger-guards.ts';
import { operationGrants } from './operations/claim.ts';
import { expirePayments, expiryGrants } from './operations/expire-payments.ts';
import { runOperations } from './operations/run-operations.ts';
import { showConfirmation, takeConfirmation } from './provider/sandbox/confirmation-page.ts';
import { sandboxEventGrants, sendSandboxEvents } from './provider/sandbox/send-events.ts';
import { webhookRoute } from './provider/webhook.ts';
import { resolvers } from './resolvers/index.ts';
import { closeResources, openResources, type PaymentResources } from './resources.ts';

/** Payments: authorise, capture, void, refund, and the ledger of all of it. */
export const definition = defineSubgraph<PaymentResources>({
  name: 'payments',
  entities: [
    Payment,
    Refund,
    ProviderOperation,
    Journal,
    Posting,
    CheckoutCart,
    OrderCopy,
    WebhookEvent,
    SandboxCharge,
    SandboxCall,
    SandboxEvent,
  ],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  tasks: [runOperations, expirePayments, sendSandboxEvents],
  routes: [webhookRoute, showConfirmation, takeConfirmation],
  scopes: { paymentCapture: 'write_captures', paymentVoid: 'write_captures' },
  grants: [...operationGrants, ...expiryGrants, ...sandboxEventGrants, ...ledgerGuards],
  open: openResources,
  close: closeResources,
});

export { createPayment, type NewPayment } from './commands/create-payment.ts';
export { countRefunds } from './commands/count-refunds.ts';
export { createUnreferencedRefund, type UnreferencedRefund } from './commands/create-unreferenced-refund.ts';
export { crashPoints } from './operations/run-operations.ts';
