import type { EventEnvelope, EventHandler } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, type TestHouse } from '@ordergraph/testing';
import { definition } from '../src/index.ts';

/** What tests ask about a notification. */
export interface SeenNotification {
  id: string;
  topic: string;
  status: string;
  subject: string;
  body: string;
  recipient: string | null;
  causedByEventId: string;
  attempts: number;
  lastError: string | null;
  sentAt: string | null;
  customer: { id: string } | null;
  order: { id: string } | null;
}

const settings = {
  defaultCurrencyCode: 'EUR',
  currencyCodes: ['EUR'],
  countryCode: 'DE',
  timeZone: 'Europe/Berlin',
  taxesIncluded: true,
  capturePolicy: 'ON_PLACEMENT' as const,
  taxRates: [],
  returnWindowDays: 14,
  checkoutHoldSeconds: 900,
};

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

const totals = {
  subtotal: euros('19.00'),
  shippingTotal: euros('4.90'),
  taxTotal: euros('3.82'),
  loyaltyTotal: euros('0.00'),
  grandTotal: euros('23.90'),
  taxesIncluded: true,
};

/** Opens a shop in the house, whose events notifications then hears. */
export async function aShop(house: TestHouse, given: { name?: string; languageCode?: string } = {}) {
  const tenantId = newId();
  const staff = aViewer({ tenantId, scopes: ['read_notifications', 'write_notifications'] });

  async function hears<Name extends keyof EventPayloads & string>(
    type: Name,
    payload: EventPayloads[Name],
    envelope: Partial<EventEnvelope> = {},
  ): Promise<EventEnvelope> {
    const event: EventEnvelope = {
      id: newId(),
      type,
      version: 1,
      publisher: 'test',
      tenantId,
      aggregateId: newId(),
      sequence: 1,
      occurredAt: new Date().toISOString(),
      correlationId: newId(),
      causationId: null,
      commandKey: null,
      actor: { type: 'SYSTEM', id: null },
      traceparent: null,
      classification: 'INTERNAL',
      payload,
      ...envelope,
    };
    // `handlers` is keyed by the event's name, which a type parameter cannot follow.
    const handler = definition.handlers[type] as EventHandler<Name> | undefined;
    if (!handler) throw new Error(`Notifications does not listen to ${type}.`);
    await house.command('notifications', tenantId, (tx) => handler(tx, payload, event));
    return event;
  }

  const seal = (subjectId: string, value: string) =>
    house.command('notifications', tenantId, (tx) => tx.sealing.seal(tx.em, tenantId, subjectId, value));

  const name = given.name ?? 'Corner Shop';
  await hears('MerchantCreated', {
    ...settings,
    merchantId: tenantId,
    handle: 'corner',
    name,
    languageCode: given.languageCode ?? 'en',
  });

  return {
    tenantId,
    staff,
    hears,
    seal,

    async receivesOrder(order: { email?: string; customerId?: string; createdAt?: string; title?: string } = {}) {
      const orderId = newId();
      const cartId = newId();
      const { customerId = null, createdAt = new Date().toISOString() } = order;
      await hears(
        'OrderCreated',
        {
          orderId,
          number: '1001',
          cartId,
          sagaId: newId(),
          customerId,
          email: await seal(customerId ?? cartId, order.email ?? 'ada@example.com'),
          shippingAddress: null,
          lines: [
            {
              orderLineId: newId(),
              kind: 'PRODUCT',
              productId: newId(),
              variantId: newId(),
              sku: 'MUG',
              title: order.title ?? 'Mug',
              quantity: 2,
              unitPrice: euros('9.50'),
              tax: euros('3.03'),
              total: euros('19.00'),
            },
          ],
          totals,
          paymentId: null,
          redemptionId: null,
        },
        { occurredAt: createdAt },
      );
      return { orderId, cartId, customerId };
    },

    confirms: (order: { orderId: string; customerId: string | null }, eventId = newId()) =>
      hears(
        'OrderConfirmed',
        { orderId: order.orderId, number: '1001', customerId: order.customerId, totals },
        { id: eventId },
      ),

    refunds: (order: { orderId: string; customerId: string | null }, notifyCustomer = true) =>
      hears('OrderRefunded', {
        orderId: order.orderId,
        refundId: newId(),
        number: '1001',
        customerId: order.customerId,
        amount: euros('9.50'),
        lines: [],
        pointsReversed: 0,
        pointsRestored: 0,
        isFullyRefunded: false,
        notifyCustomer,
      }),

    fails: (order: { orderId: string; customerId: string | null }) =>
      hears('OrderFailed', {
        orderId: order.orderId,
        customerId: order.customerId,
        isExpired: false,
        number: '1001',
        failedStep: 'AUTHORIZE',
        code: 'PAYMENT_DECLINED',
        message: 'The card was declined.',
      }),

    /** What the API tells staff of mails, oldest first. */
    async notifications(orderId: string): Promise<SeenNotification[]> {
      const result = await house.execute(
        'notifications',
        staff,
        `query ($where: NotificationWhereInput) {
          notifications(last: 50, where: $where) { nodes {
            id topic status subject body recipient causedByEventId attempts lastError sentAt customer { id } order { id }
          } }
        }`,
        { where: { orderId: encodeId('Order', orderId), channel: 'EMAIL' } },
      );
      const { nodes } = expectData<{ notifications: { nodes: SeenNotification[] } }>(result).notifications;
      return nodes.toReversed();
    },
  };
}

export type Shop = Awaited<ReturnType<typeof aShop>>;
