import { startCarrier, type RunningCarrier } from '@ordergraph/carrier-simulator';
import type { Cause, EventEnvelope } from '@ordergraph/events';
import type { EventPayloads } from '@ordergraph/schema';
import { encodeId, serveSubgraph, systemCause } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { handlers } from '../src/event-handlers/index.ts';
import { definition } from '../src/index.ts';
import { readRoute } from '../src/tracking/route-progress.ts';

export const apiKey = 'the-key-of-the-carrier';
export const webhookSecrets = [Buffer.alloc(24, 1).toString('base64'), Buffer.alloc(24, 2).toString('base64')];

/** Logistics with the simulated carrier, whose time the test moves by hand. */
export interface Depot extends AsyncDisposable {
  readonly house: TestHouse;
  readonly carrier: RunningCarrier;
  /** Where logistics serves its routes. */
  readonly url: string;
  /** Lets the carrier's time pass, a fix every five seconds, until all that it says is worked through. */
  drive(seconds: number): Promise<void>;
  /** Drives until a parcel has a status; fails after an hour of the carrier's time. */
  driveUntil(parcel: Parcel, status: string): Promise<void>;
  /** The carrier's clock. */
  now(): Date;
}

const startsEarlierMs = 3 * 60 * 60_000;

export async function openDepot(
  options: { traceFile?: string; speed?: number; settings?: Record<string, string> } = {},
): Promise<Depot> {
  const { settings: others, ...ofCarrier } = options;
  // Behind ours, so that it may run faster and never gets into the future.
  let time = Date.now() - startsEarlierMs;
  const carrier = await startCarrier({
    port: 0,
    hostname: '127.0.0.1',
    apiKey,
    webhookSecrets,
    webhookUrl: null,
    clock: () => time,
    isDriving: false,
    ...ofCarrier,
  });
  const settings = {
    CARRIER_URL: carrier.url,
    CARRIER_API_KEY: apiKey,
    CARRIER_WEBHOOK_SECRETS: webhookSecrets.join(','),
    TRACKING_SECRET: 'tracking',
    TRACKING_URL: 'https://shop.example/track',
    ...others,
  };
  const house = await startTestHouse({ subgraphs: [definition], settings });
  const served = await serveSubgraph(house.subgraph('logistics'), { port: 0, hostname: '127.0.0.1' });
  const url = `http://127.0.0.1:${served.port}`;
  carrier.deliverTo(`${url}/carriers/simulator/webhook`);

  async function settled(): Promise<void> {
    await carrier.idle();
    await waitFor(
      async () => {
        const [row] = await house
          .subgraph('logistics')
          .runtime.crossTenant<{ due: number }>(
            'select count(*)::int as due from "logistics"."carrier_webhook" where due_at is not null',
          );
        return row?.due === 0;
      },
      {
        describe: () => `webhooks to be worked through; logged: ${house.logged.slice(-3).join(' | ')}`,
        timeoutMs: 20_000,
      },
    );
  }
  async function drive(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 5) {
      time += 5_000;
      carrier.simulator.tick();
    }
    await settled();
  }

  return {
    house,
    carrier,
    url,
    drive,
    now: () => new Date(time),
    async driveUntil(parcel, status) {
      for (let steps = 0; steps < 720; steps += 1) {
        await drive(5);
        if ((await parcel.row()).status === status) return;
      }
      throw new Error(`The parcel did not become ${status}; it is ${(await parcel.row()).status}.`);
    },
    async [Symbol.asyncDispose]() {
      await carrier.stop();
      await served.stop();
      await house.stop();
    },
  };
}

/** A row of the shipment table, as far as tests look at it. */
export interface ShipmentRow {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly tracking_number: string | null;
  readonly version: number;
  readonly operation: string | null;
  readonly planned_route: string | null;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
}

export interface PublishedEvent {
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly command_key: string | null;
}

/** An order whose goods are to be shipped, with orders' and inventory's side played by the test. */
export interface ShippableOrder {
  readonly tenantId: string;
  readonly orderId: string;
  readonly cartId: string;
  readonly sagaId: string;
  readonly customerId: string | null;
  readonly locationIds: readonly string[];
  readonly lines: readonly { readonly orderLineId: string; readonly variantId: string; readonly quantity: number }[];
  receive<Name extends keyof EventPayloads>(
    name: Name,
    payload: EventPayloads[Name],
    commandKey?: string,
  ): Promise<void>;
  allocate(): Promise<void>;
  prepare(): Promise<void>;
  parcels(): Promise<Parcel[]>;
  published(type?: string): Promise<PublishedEvent[]>;
  /** Runs an operation as the merchant's staff. */
  ask<Data>(operation: string, variables?: Record<string, unknown>): Promise<Data>;
}

/** A parcel of an order. */
export interface Parcel {
  readonly id: string;
  readonly opaqueId: string;
  row(): Promise<ShipmentRow>;
  dispatch(): Promise<void>;
}

const address = {
  name: 'A. Person',
  line1: 'High Street 1',
  line2: null,
  city: 'Town',
  region: null,
  postalCode: '1',
  countryCode: 'CH',
  phone: null,
};

/** Places and confirms an order of two products, 3 and 2 units, at one or two locations. */
export async function anOrder(
  { house }: Pick<Depot, 'house'>,
  given: { tenantId?: string; customerId?: string | null; locations?: 1 | 2; line1?: string } = {},
): Promise<ShippableOrder> {
  const tenantId = given.tenantId ?? newId();
  const customerId = given.customerId === undefined ? newId() : given.customerId;
  const [orderId, cartId, sagaId, first, second] = [newId(), newId(), newId(), newId(), newId()];
  const locationIds = given.locations === 2 ? [first, second] : [first];
  const lines = [3, 2].map((quantity) => ({ orderLineId: newId(), variantId: newId(), quantity }));
  const money = { amount: '1.00', currencyCode: 'CHF' };
  const viewer = aViewer({ tenantId, scopes: ['read_logistics', 'write_logistics'] });

  async function receive<Name extends keyof EventPayloads>(
    name: Name,
    payload: EventPayloads[Name],
    commandKey: string | null = null,
  ) {
    const cause: Cause = { ...systemCause(tenantId), causationId: newId(), commandKey };
    const handler = handlers[name];
    if (!handler) throw new Error(`Logistics has no handler for ${name}.`);
    // Handlers of logistics read the transaction and the payload only.
    await house.subgraph('logistics').runtime.transact(cause, (tx) => handler(tx, payload, {} as EventEnvelope));
  }

  const sealed = await house.command('logistics', tenantId, (tx) =>
    tx.sealing.sealMany(tx.em, tenantId, customerId ?? cartId, {
      email: 'a@example.invalid',
      shippingAddress: { ...address, line1: given.line1 ?? address.line1 },
    }),
  );
  await receive('OrderCreated', {
    orderId,
    number: String(1_000 + Math.floor(Math.random() * 1e6)),
    cartId,
    sagaId,
    customerId,
    email: sealed.email,
    shippingAddress: sealed.shippingAddress,
    lines: lines.map((line) => ({
      ...line,
      kind: 'PRODUCT' as const,
      productId: newId(),
      sku: 'SKU',
      title: 'Thing',
      unitPrice: money,
      tax: money,
      total: money,
    })),
    totals: {
      subtotal: money,
      shippingTotal: money,
      taxTotal: money,
      loyaltyTotal: money,
      grandTotal: money,
      taxesIncluded: true,
    },
    paymentId: null,
    redemptionId: null,
  });

  const read = async <Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> =>
    house.command('logistics', tenantId, (tx) => query<Row>(tx.em, sql, parameters));

  const order: ShippableOrder = {
    tenantId,
    orderId,
    cartId,
    sagaId,
    customerId,
    locationIds,
    lines,
    receive,
    async allocate() {
      const [here = first, there = here] = locationIds;
      await receive('StockAllocated', {
        cartId,
        orderId,
        lines: lines.flatMap(({ variantId, quantity }) =>
          here === there
            ? [{ variantId, locationId: here, quantity }]
            : [
                { variantId, locationId: here, quantity: quantity - 1 },
                { variantId, locationId: there, quantity: 1 },
              ],
        ),
      });
    },
    async prepare() {
      await receive('OrderConfirmed', {
        orderId,
        number: '1',
        customerId,
        totals: {
          subtotal: money,
          shippingTotal: money,
          taxTotal: money,
          loyaltyTotal: money,
          grandTotal: money,
          taxesIncluded: true,
        },
      });
      await receive('PrepareShipment', { orderId, carrierCode: 'simulator' }, `${sagaId}:logistics.PrepareShipment`);
    },
    async parcels() {
      const rows = await read<{ id: string }>('select id from "logistics"."shipment" where order_id = $1 order by id', [
        orderId,
      ]);
      return rows.map(({ id }) => parcelOf(order, id, read));
    },
    published: (type) =>
      read<PublishedEvent>(
        `select type, payload, command_key from "logistics"."outbox" where payload ->> 'orderId' = $1 and ($2::text is null or type = $2) order by id`,
        [orderId, type ?? null],
      ),
    ask: async <Data>(operation: string, variables = {}) =>
      expectData<Record<string, never>>(await house.execute('logistics', viewer, operation, variables)) as Data,
  };
  return order;
}

const shown = 'shipment { status version trackingNumber } userErrors { code message field }';

function parcelOf(
  order: ShippableOrder,
  id: string,
  read: <Row>(sql: string, parameters: readonly unknown[]) => Promise<Row[]>,
): Parcel {
  const opaqueId = encodeId('Shipment', id);
  return {
    id,
    opaqueId,
    async row() {
      const [row] = await read<ShipmentRow>('select * from "logistics"."shipment" where id = $1', [id]);
      if (!row) throw new Error(`There is no parcel ${id}.`);
      return row;
    },
    async dispatch() {
      const { shipmentDispatch } = await order.ask<{ shipmentDispatch: { userErrors: unknown[] } }>(
        `mutation ($id: ID!, $key: String!) { shipmentDispatch(input: { shipmentId: $id, idempotencyKey: $key }) { ${shown} } }`,
        { id: opaqueId, key: newId() },
      );
      if (shipmentDispatch.userErrors.length > 0) throw new Error(JSON.stringify(shipmentDispatch.userErrors));
    },
  };
}

/** An order with one parcel, booked with the carrier, whose way is long enough to be followed. */
export async function aBookedParcel(
  depot: Depot,
  given: Parameters<typeof anOrder>[1] = {},
): Promise<{ order: ShippableOrder; parcel: Parcel }> {
  for (let tries = 0; tries < 20; tries += 1) {
    const order = await anOrder(depot, given);
    await order.allocate();
    await order.prepare();
    const [parcel] = await order.parcels();
    if (!parcel) throw new Error('The order has no parcel.');
    await parcel.dispatch();
    if ((readRoute((await parcel.row()).planned_route ?? '')?.meters ?? 0) > 1_500) return { order, parcel };
  }
  throw new Error('All places of the carrier are next to each other.');
}
