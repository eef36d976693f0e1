import { join } from 'node:path';
import { defineSubgraph, type LiveSubject } from '@ordergraph/subgraph-server';
import { passDeadline } from './commands/end-expired-checkout.ts';
import { Cart } from './entities/cart.entity.ts';
import { MerchantCopy, VariantCopy } from './entities/copies.entity.ts';
import { OrderLine } from './entities/order-line.entity.ts';
import { OrderCounter, OrderHold, TimelineEvent } from './entities/order-records.entity.ts';
import { Order } from './entities/order.entity.ts';
import { Return } from './entities/return.entity.ts';
import { Saga } from './entities/saga.entity.ts';
import { ShippingMethod } from './entities/shipping-method.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';

export { placeCrashPoints, refundCrashPoints } from './commands/crash-points.ts';
export { countSagas, findSagaEnds, type SagaEnd } from './commands/find-saga-ends.ts';
export { placeOrder, type OrderToPlace, type PricedOrderLine } from './commands/place-order.ts';
export { refundPurchases, type PurchaseRefunds, type ReturnedPurchases } from './commands/refund-purchases.ts';
export { upsertShippingMethod, type ShippingMethodInput } from './commands/upsert-shipping-method.ts';

const watchersOf = ({ orderId }: { orderId: string }): readonly LiveSubject[] => [['order', orderId]];

/** Orders: carts, checkout, orders, refunds, returns, and the sagas that keep stock, money and points together. */
export const definition = defineSubgraph({
  name: 'orders',
  entities: [
    Cart,
    MerchantCopy,
    Order,
    OrderCounter,
    OrderHold,
    OrderLine,
    Return,
    Saga,
    ShippingMethod,
    TimelineEvent,
    VariantCopy,
  ],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  // The timeline tells watchers by itself; this is for the case that its process died right after the commit.
  liveSubjects: {
    OrderCreated: watchersOf,
    OrderConfirmed: watchersOf,
    OrderFailed: watchersOf,
    OrderCancelled: watchersOf,
    OrderHoldChanged: watchersOf,
    RefundRequested: watchersOf,
    OrderRefunded: watchersOf,
    ReturnStatusChanged: watchersOf,
  },
  scopes: { orderRefund: 'write_refunds', orderSagaRetry: 'write_sagas' },
  grants: ['grant select ("tenant_id", "id", "deadline_at") on "orders"."saga" to "relay_orders"'],
  tasks: [
    {
      name: 'saga-deadlines',
      everyMs: 500,
      async run(runtime) {
        const due = await runtime.crossTenant<{ tenant_id: string; id: string }>(
          'select tenant_id, id from "orders"."saga" where deadline_at <= now() order by deadline_at limit 100',
        );
        let count = 0;
        for (const { tenant_id, id } of due) {
          try {
            await runtime.transactAsSystem(tenant_id, (tx) => passDeadline(tx, id));
            count += 1;
          } catch (error) {
            // It is due again in the next round, and holds up no other.
            runtime.log(`The saga ${id} could not be moved past its deadline; it is tried again.`, error);
          }
        }
        return count;
      },
    },
  ],
});
