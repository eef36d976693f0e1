import { encodeId } from '@ordergraph/subgraph-server';
import type { TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, found, OrderShop, startOrders, type Orders, type OrderView } from './order-house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startOrders();
});
afterAll(() => house.stop());

const aShop = (options = {}) => new OrderShop(house).opens(options);

async function numbers(by: Orders, list: string): Promise<string[]> {
  const { orders } = await by.ask<{ orders: { nodes: { number: string }[] } }>(
    `{ orders(first: 20, ${list}) { nodes { number } } }`,
  );
  return orders.nodes.map(({ number }) => number);
}

test('orders of a merchant are numbered without gaps, from 1001', async () => {
  const shop = await aShop();

  const placed = [await shop.order(), await shop.order(), await shop.order()];

  expect(placed.map((order) => order.number)).toEqual(['1001', '1002', '1003']);
});

test('an order is found by number, email however it is written, SKU and saga', async () => {
  const shop = await aShop();
  await shop.order();
  await shop.order(shop.guest, [shop.line(shop.book, 1)]);

  expect(await numbers(shop.staff, 'search: "1001"')).toEqual(['1001']);
  expect(await numbers(shop.staff, 'search: "BUYER@example.com"')).toEqual(['1002', '1001']);
  expect(await numbers(shop.staff, 'search: "BOOK"')).toEqual(['1002']);
  expect(await numbers(shop.staff, 'where: { sku: "MUG", status: [CONFIRMED] }')).toEqual(['1001']);
  expect(await numbers(shop.staff, 'where: { sagaStatus: [NEEDS_ATTENTION] }')).toEqual([]);
  expect(await numbers(shop.staff, 'search: "nobody"')).toEqual([]);
});

test('numbers are sorted as numbers', async () => {
  const shop = await aShop();
  await shop.order();
  await house.command('orders', shop.tenantId, (tx) =>
    tx.em.execute('update "orders"."order_counter" set last_number = 9998'),
  );
  await shop.order();
  await shop.order();

  expect(await numbers(shop.staff, 'sortKey: NUMBER, reverse: false')).toEqual(['1001', '9999', '10000']);
  expect(await numbers(shop.staff, 'sortKey: UPDATED_AT')).toEqual(['10000', '9999', '1001']);
});

test('pages follow each other in every order that a list can have', async () => {
  const shop = await aShop();
  await shop.order(shop.guest, [shop.line(shop.book, 1)]);
  await shop.order(shop.guest, [shop.line(shop.mug, 1)]);
  await shop.order(shop.guest, [shop.line(shop.mug, 1)]);
  type Page = { orders: { nodes: { number: string }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } } };
  const all = async (sortKey: string): Promise<string[]> => {
    const read: string[] = [];
    for (let after: string | null = null, hasNext = true; hasNext;) {
      const page: Page = await shop.staff.ask<Page>(
        `query ($after: String) { orders(first: 1, after: $after, sortKey: ${sortKey}, reverse: false) { nodes { number } pageInfo { endCursor hasNextPage } } }`,
        { after },
      );
      read.push(...page.orders.nodes.map(({ number }) => number));
      after = page.orders.pageInfo.endCursor;
      hasNext = page.orders.pageInfo.hasNextPage;
    }
    return read;
  };

  expect(await all('TOTAL')).toEqual(['1002', '1003', '1001']);
  expect(await all('NUMBER')).toEqual(['1001', '1002', '1003']);
  expect(await all('PLACED_AT')).toEqual(['1001', '1002', '1003']);
});

test('an order is asked for by id or by number, exactly one of them', async () => {
  const shop = await aShop();
  const { id } = await shop.order();
  const ask = (argument: string) => house.execute('orders', shop.staff.caller, `{ order(${argument}) { id } }`);

  expect((await ask(`id: "${id}"`)).data).toEqual({ order: { id } });
  expect((await ask('number: "1001"')).data).toEqual({ order: { id } });
  expect((await ask('number: "x"')).data).toEqual({ order: null });
  expect((await ask('number: "99999999999999"')).data).toEqual({ order: null });
  expect((await ask(`id: "${id}", number: "1001"`)).errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
});

test('a guest reaches the order through the cart, and neither by its id nor by its number', async () => {
  const shop = await aShop();
  const cart = await shop.filledCart();
  await shop.begin(cart);
  const { order } = await shop.place(cart);
  const id = found(order).id;

  expect((await shop.guest.cart(cart.id)).order).toEqual({ id });
  expect(await shop.guest.ask('query ($id: ID!) { order(id: $id) { id } }', { id })).toEqual({ order: null });
  expect(await shop.guest.ask('{ order(number: "1001") { id } }')).toEqual({ order: null });
  const representations = [
    { __typename: 'Order', id },
    { __typename: 'Order', number: '1001' },
  ];
  const entities =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Order { number } } }';
  expect(await shop.guest.ask(entities, { representations })).toEqual({ _entities: [null, null] });
  expect(await shop.staff.ask(entities, { representations })).toEqual({
    _entities: [{ number: '1001' }, { number: '1001' }],
  });
});

test('a customer reaches their own orders and no other', async () => {
  const shop = await aShop();
  const [owner, other] = [shop.as('CUSTOMER'), shop.as('CUSTOMER')];
  const { id } = await shop.order(owner);
  const input = { orderId: id, reason: 'CUSTOMER', idempotencyKey: 'x' };

  expect(await other.ask('query ($id: ID!) { order(id: $id) { id } }', { id })).toEqual({ order: null });
  expect(codesOf(await other.orderCall('orderCancel', input))).toEqual(['NOT_FOUND']);
  expect(codesOf(await shop.guest.orderCall('orderCancel', input))).toEqual(['NOT_FOUND']);
  expect((await owner.orderCall('orderCancel', input)).order).toMatchObject({ status: 'CANCELLED' });
  const orders =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { orders { nodes { id } } } } }';
  const representations = [{ __typename: 'Customer', id: encodeId('Customer', owner.caller.actor.id ?? '') }];
  expect(await owner.ask(orders, { representations })).toEqual({ _entities: [{ orders: { nodes: [{ id }] } }] });
  expect(await other.ask(orders, { representations })).toEqual({ _entities: [{ orders: null }] });
});

test('tells who placed an order, by the id that the API knows them by', async () => {
  const shop = await aShop();
  const placedBy = async (order: OrderView) =>
    (
      await shop.staff.ask<{ order: { placedBy: object } }>(
        'query ($id: ID!) { order(id: $id) { placedBy { type id } } }',
        { id: order.id },
      )
    ).order.placedBy;
  const customer = shop.as('CUSTOMER');
  const partner = shop.as('APP', ['read_orders', 'write_orders']);

  expect(await placedBy(await shop.order())).toEqual({ type: 'CUSTOMER', id: null });
  expect(await placedBy(await shop.order(customer))).toEqual({
    type: 'CUSTOMER',
    id: encodeId('Customer', customer.caller.actor.id ?? ''),
  });
  expect(await placedBy(await shop.order(shop.staff))).toEqual({
    type: 'STAFF',
    id: encodeId('StaffMember', shop.staff.caller.actor.id ?? ''),
  });
  expect(await placedBy(await shop.order(partner))).toEqual({
    type: 'APP',
    id: encodeId('ApiKey', partner.caller.actor.id ?? ''),
  });
});

test('holds keep an order back, one by one, until the last is released', async () => {
  const shop = await aShop();
  const { id } = await shop.order();
  const place = (reason: string) => shop.staff.orderCall('orderHoldPlace', { orderId: id, reason });
  const release = (holdId: string) => shop.staff.orderCall('orderHoldRelease', { orderId: id, holdId });

  expect((await place('Address looks wrong')).order).toMatchObject({ status: 'ON_HOLD' });
  await place('Fraud?');
  const { holds } = await shop.staff.order(id);
  expect(holds).toMatchObject([{ reason: 'Address looks wrong', placedBy: { type: 'STAFF' } }, { reason: 'Fraud?' }]);

  expect((await release(found(holds[0] ?? null).id)).order).toMatchObject({ status: 'ON_HOLD' });
  expect((await release(found(holds[1] ?? null).id)).order).toMatchObject({ status: 'CONFIRMED' });
  expect(codesOf(await release(found(holds[1] ?? null).id))).toEqual(['NOT_FOUND']);
  expect(codesOf(await place(' '))).toEqual(['INVALID']);
});

test('the timeline tells what happened in order, and notes to staff alone', async () => {
  const shop = await aShop();
  const customer = shop.as('CUSTOMER');
  const { id } = await shop.order(customer);
  await shop.staff.orderCall('orderNoteAdd', { orderId: id, message: ' Call back ' });
  await shop.staff.orderCall('orderHoldPlace', { orderId: id, reason: 'Call back' });
  await shop.staff.orderCall('orderCancel', {
    orderId: id,
    reason: 'OTHER',
    note: 'They changed their mind',
    idempotencyKey: 'x',
  });

  const timeline = (await shop.staff.order(id)).timeline.nodes;

  expect(timeline.map(({ sequence }) => sequence)).toEqual(timeline.map((_event, index) => index + 1));
  expect(timeline.map(({ type }) => type)).toEqual([
    'OrderCreated',
    'OrderConfirmed',
    'Note',
    'OrderHoldChanged',
    'CancellationRequested',
    'RefundRequested',
    'OrderRefunded',
    'OrderCancelled',
  ]);
  expect(timeline.find(({ type }) => type === 'Note')?.message).toBe('Call back');
  const seen = await customer.ask<{ order: OrderView }>(
    'query ($id: ID!) { order(id: $id) { timeline { nodes { type } } } }',
    { id },
  );
  expect(seen.order.timeline.nodes.map(({ type }) => type)).not.toContain('Note');
  expect(seen.order.timeline.nodes.map(({ type }) => type)).not.toContain('OrderHoldChanged');
  expect(codesOf(await shop.staff.orderCall('orderNoteAdd', { orderId: id, message: '' }))).toEqual(['INVALID']);
});

test('a cancellation names a version, is accepted once, and ends the order', async () => {
  const shop = await aShop();
  const { id, version } = await shop.order();
  const cancel = (more: object) =>
    shop.staff.orderCall('orderCancel', { orderId: id, reason: 'OUT_OF_STOCK', idempotencyKey: newId(), ...more });

  expect(codesOf(await cancel({ expectedVersion: version - 1 }))).toEqual(['VERSION_MISMATCH']);
  expect((await cancel({ expectedVersion: version })).order).toMatchObject({
    status: 'CANCELLED',
    paymentStatus: 'REFUNDED',
    availableActions: [],
  });
  expect(codesOf(await cancel({}))).toEqual(['NOT_CANCELLABLE']);
});

test('an order of which a unit was refunded before it left can still be cancelled', async () => {
  const shop = await aShop();
  const order = await shop.order();
  const quote = { lines: [{ orderLineId: order.lines[0]?.id, quantity: 1 }] };
  const { order: quoted } = await shop.staff.ask<{ order: { refundQuote: { hash: string } } }>(
    'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash } } }',
    { id: order.id, quote },
  );
  const refund = await shop.staff.orderCall('orderRefund', {
    orderId: order.id,
    quote,
    quoteHash: quoted.refundQuote.hash,
    reason: 'x',
    idempotencyKey: 'x',
  });
  expect(refund.order?.availableActions).toEqual(['CANCEL', 'PLACE_HOLD', 'REFUND', 'REQUEST_RETURN']);

  expect(
    codesOf(await shop.staff.orderCall('orderCancel', { orderId: order.id, reason: 'OTHER', idempotencyKey: 'y' })),
  ).toEqual([]);
});

/** Amounts that the scalars let pass and that are no money all the same. */
const notMoney = [
  ['0.001', 'EUR'],
  ['1.00', 'JPY'],
  ['1', 'XXX'],
  ['-0.50', 'EUR'],
  ['999999999999999999', 'EUR'],
] as const;

test('a refund of what is no money is refused, by the quote and by the refund', async () => {
  const shop = await aShop();
  const order = await shop.order();
  for (const [amount, currencyCode] of [...notMoney, ['1.00', 'USD']] as const) {
    const quote = { amount: { amount, currencyCode } };
    const variables = { id: order.id, quote };
    const query =
      'query ($id: ID!, $quote: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $quote) { hash } } }';
    const { errors = [] } = await house.execute('orders', shop.staff.caller, query, variables);
    expect([amount, currencyCode, ...errors.map(({ extensions }) => extensions['code'])]).toEqual([
      amount,
      currencyCode,
      'BAD_USER_INPUT',
    ]);
    const refund = { orderId: order.id, quote, quoteHash: 'x', reason: 'x', idempotencyKey: newId() };
    expect((await shop.staff.orderCall('orderRefund', refund)).userErrors).toMatchObject([
      { code: 'INVALID', field: ['quote', 'amount'] },
    ]);
  }
});

test('a shipping method has one handle, one currency and no negative price', async () => {
  const shop = await aShop();
  const method = {
    handle: 'express',
    title: 'Express',
    price: { amount: '9.90', currencyCode: 'EUR' },
    carrierCode: 'post',
  };
  const upsert = (more: object) =>
    shop.staff.call<{ shippingMethod: { id: string } | null }>('shippingMethodUpsert', 'shippingMethod', {
      ...method,
      ...more,
    });

  const made = await upsert({});
  expect(codesOf(await upsert({}))).toEqual(['INVALID']);
  expect(codesOf(await upsert({ handle: 'Über' }))).toEqual(['INVALID']);
  expect(codesOf(await upsert({ handle: 'x', price: { amount: '-1.00', currencyCode: 'EUR' } }))).toEqual(['INVALID']);
  expect(codesOf(await upsert({ handle: 'x', freeFrom: { amount: '1.00', currencyCode: 'USD' } }))).toEqual([
    'INVALID',
  ]);
  for (const [amount, currencyCode] of notMoney) {
    for (const field of ['price', 'freeFrom']) {
      expect((await upsert({ handle: 'x', [field]: { amount, currencyCode } })).userErrors).toMatchObject([
        { code: 'INVALID', field: [field] },
      ]);
    }
  }
  expect(codesOf(await upsert({ handle: 'x', price: { amount: '1.00', currencyCode: 'USD' } }))).toEqual(['INVALID']);
  expect(codesOf(await upsert({ id: encodeId('ShippingMethod', newId()), handle: 'x' }))).toEqual(['NOT_FOUND']);
  expect(codesOf(await upsert({ id: 'nonsense', handle: 'x' }))).toEqual(['NOT_FOUND']);

  expect((await upsert({ id: made.shippingMethod?.id, isActive: false })).shippingMethod?.id).toBe(
    made.shippingMethod?.id,
  );
  expect((await shop.filledCart()).shippingOptions.map(({ handle }) => handle)).toEqual(['post']);
  expect(await shop.staff.ask('{ shippingMethods { handle isActive } }')).toEqual({
    shippingMethods: [
      { handle: 'express', isActive: false },
      { handle: 'post', isActive: true },
    ],
  });
});

test('an id that is none names no order', async () => {
  const shop = await aShop();
  const key = { idempotencyKey: 'x' };
  const orderId = encodeId('Cart', newId());

  for (const [mutation, input] of [
    ['orderCancel', { ...key, reason: 'OTHER' }],
    ['orderHoldPlace', { reason: 'x' }],
    ['orderHoldRelease', { holdId: 'x' }],
    ['orderNoteAdd', { message: 'x' }],
    ['orderRefund', { ...key, quote: {}, quoteHash: 'x', reason: 'x' }],
  ] as const) {
    expect([mutation, codesOf(await shop.staff.orderCall(mutation, { orderId, ...input }))]).toEqual([
      mutation,
      ['NOT_FOUND'],
    ]);
  }
  expect(codesOf(await shop.staff.call('orderSagaRetry', 'saga', { ...key, sagaId: orderId, note: 'x' }))).toEqual([
    'NOT_FOUND',
  ]);
  expect(
    codesOf(
      await shop.staff.call('orderSagaRetry', 'saga', { ...key, sagaId: encodeId('OrderSaga', newId()), note: 'x' }),
    ),
  ).toEqual(['NOT_FOUND']);
});
