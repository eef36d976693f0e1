import { allScopes, firstOwnerId } from '@ordergraph/accounts-subgraph';
import { revocationIn } from '../src/revocations.ts';
import { newId } from '@ordergraph/tenancy';
import { waitFor } from '@ordergraph/testing';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { buys, orderBecomes, startShop, type Shop, type ShopMerchant } from './shop.ts';

let shop: Shop;
let merchant: ShopMerchant;
let url: string;
const clients: Client[] = [];
beforeAll(async () => {
  shop = await startShop();
  merchant = await shop.opensMerchant();
  ({ url } = await shop.gateway.listen(0));
});
afterAll(async () => {
  for (const client of clients) await client.dispose();
  await shop.stop();
});

function watch<Update>(token: string, query: string, variables: Record<string, unknown> = {}) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  clients.push(client);
  const updates = client.iterate<Record<string, Update>>({ query, variables });
  return {
    async next(): Promise<Update> {
      const { value } = await updates.next();
      if (!value?.data || value.errors) throw new Error(JSON.stringify(value));
      return Object.values(value.data)[0] as Update;
    },
    leave: () => updates.return?.(),
  };
}

interface OrderUpdate {
  isSnapshot: boolean;
  timelineEvent: { type: string } | null;
  order: { status: string; totalCaptured: { amount: string }; stockReservations: { id: string }[] };
}

describe('watching', () => {
  it('an order is told as it goes on, with what payments and inventory say of it', async () => {
    const placed = await buys(shop, merchant, { MUG: 1 });
    const updates = watch<OrderUpdate>(
      merchant.staff,
      `subscription ($id: ID!) { orderUpdated(orderId: $id) {
         cursor isSnapshot timelineEvent { type }
         order { status totalCaptured { amount } stockReservations { id } } } }`,
      { id: placed.id },
    );
    expect(await updates.next()).toMatchObject({
      isSnapshot: true,
      timelineEvent: null,
      order: { totalCaptured: { amount: '14.40' }, stockReservations: [{}] },
    });
    await shop.ask(
      merchant.staff,
      'mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { userErrors { code message } } }',
      { input: { orderId: placed.id, reason: 'CUSTOMER', idempotencyKey: newId() } },
    );
    let update = await updates.next();
    while (update.order.status !== 'CANCELLED') update = await updates.next();
    expect(update).toMatchObject({ isSnapshot: false, timelineEvent: {} });
  });

  it('its customer is told that an order is held and goes on, and not what staff wrote about it', async () => {
    const customer = shop.token(merchant.id, 'CUSTOMER');
    const { id } = await buys(shop, merchant, { MUG: 1 }, { token: customer });
    await orderBecomes(shop, merchant, id, 'CONFIRMED');
    await shop.house.quiet();
    const updates = watch<{ order: Pick<OrderUpdate['order'], 'status'> }>(
      customer,
      `subscription ($id: ID!) { orderUpdated(orderId: $id) {
         isSnapshot timelineEvent { type } order { status } } }`,
      { id },
    );
    expect(await updates.next()).toMatchObject({ isSnapshot: true, order: { status: 'CONFIRMED' } });

    type Held = { orderHoldPlace: { order: { holds: { id: string }[] } } };
    const held = await shop.ask<Held>(
      merchant.staff,
      'mutation ($input: OrderHoldPlaceInput!) { orderHoldPlace(input: $input) { order { holds { id } } } }',
      { input: { orderId: id, reason: 'Address check' } },
    );
    const hidden = { isSnapshot: false, timelineEvent: null };
    expect(await updates.next()).toMatchObject({ ...hidden, order: { status: 'ON_HOLD' } });

    await shop.ask(
      merchant.staff,
      'mutation ($input: OrderHoldReleaseInput!) { orderHoldRelease(input: $input) { userErrors { code } } }',
      { input: { orderId: id, holdId: held.orderHoldPlace.order.holds[0]?.id } },
    );
    expect(await updates.next()).toMatchObject({ ...hidden, order: { status: 'CONFIRMED' } });
    await updates.leave();
  });

  it('an order of another merchant cannot be watched', async () => {
    const placed = await buys(shop, merchant, { MUG: 1 });
    const other = await shop.opensMerchant();
    const updates = watch(other.staff, 'subscription ($id: ID!) { orderUpdated(orderId: $id) { cursor } }', {
      id: placed.id,
    });
    await expect(updates.next()).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('stock levels are read once for all staff of the same rights', async () => {
    const scopes = ['read_inventory', 'write_inventory'];
    const query = `subscription ($ids: [ID!]) { inventoryLevelUpdated(variantIds: $ids) {
      cursor inventoryLevel { id available location { id } } } }`;
    const ids = Object.values(merchant.variantIds);
    const staff = Array.from({ length: 3 }, () => shop.token(merchant.id, 'STAFF', { scopes }));
    type Level = { cursor: string; inventoryLevel: { id: string; available: number; location: { id: string } } };
    const watches = staff.map((token) => watch<Level>(token, query, { ids }));
    const [first] = await Promise.all(watches.map((one) => one.next()));
    await waitFor(() => shop.gateway.metrics().cohortsActive <= 2, { describe: () => 'the staff to share a stream' });

    const before = shop.gateway.metrics().hydrations;
    const locationId = first?.inventoryLevel.location.id;
    await shop.ask(
      staff[0] ?? '',
      'mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { code message } } }',
      { input: { changes: [{ variantId: ids[0], locationId, delta: 5 }], reason: 'Found', idempotencyKey: newId() } },
    );
    const levels = await Promise.all(watches.map((one) => one.next()));
    expect(levels.map(({ inventoryLevel }) => inventoryLevel.available)).toEqual(
      levels.map(() => (first?.inventoryLevel.available ?? 0) + 5),
    );
    expect(shop.gateway.metrics().hydrations - before).toBe(1);
  });

  it('who overrode a level is told to staff who may see staff, and not shared with others', async () => {
    const owner = shop.token(merchant.id, 'STAFF', { id: firstOwnerId(merchant.id), scopes: allScopes });
    const variantId = merchant.variantIds['MUG'] ?? '';
    const { inventoryLevels } = await shop.ask<{ inventoryLevels: { nodes: { location: { id: string } }[] } }>(
      owner,
      'query ($ids: [ID!]) { inventoryLevels(first: 1, where: { variantIds: $ids }) { nodes { location { id } } } }',
      { ids: [variantId] },
    );
    const locationId = inventoryLevels.nodes[0]?.location.id;
    await shop.ask(
      owner,
      'mutation ($input: InventoryOverrideSetInput!) { inventoryOverrideSet(input: $input) { userErrors { code message } } }',
      { input: { variantId, locationId, quantity: 3, reason: 'Fair', idempotencyKey: newId() } },
    );
    type Level = { cursor: string; inventoryLevel: { override: { setBy: { type: string; displayName: string } } } };
    const query = `subscription ($ids: [ID!]) { inventoryLevelUpdated(variantIds: $ids) {
      cursor inventoryLevel { override { setBy { type displayName } } } } }`;
    const as = (...scopes: string[]) =>
      watch<Level>(shop.token(merchant.id, 'STAFF', { scopes }), query, { ids: [variantId] });
    const before = shop.gateway.metrics().cohortsActive;

    const seeing = [as('read_inventory', 'read_accounts'), as('read_inventory', 'read_accounts')];
    const names = await Promise.all(seeing.map((one) => one.next()));
    const isShared = () => shop.gateway.metrics().cohortsActive === before + 1;
    await waitFor(isShared, { describe: () => 'staff of the same rights to share a stream' });

    expect(names.map(({ inventoryLevel }) => inventoryLevel.override.setBy)).toEqual(
      names.map(() => ({ type: 'STAFF', displayName: 'owner' })),
    );
    await expect(as('read_inventory').next()).rejects.toThrow(
      /"displayName":null.*"requiredScopes":\["read_accounts"\]/,
    );
  });
});

describe('an event of accounts', () => {
  const event = (type: string, payload: object) =>
    revocationIn({
      id: newId(),
      type,
      version: 1,
      publisher: 'accounts',
      tenantId: 'm',
      aggregateId: 'a',
      sequence: 1,
      occurredAt: '2026-01-01T00:00:00.000Z',
      correlationId: newId(),
      causationId: null,
      commandKey: null,
      actor: { type: 'SYSTEM', id: null },
      traceparent: null,
      classification: 'INTERNAL',
      payload,
    });
  const at = Date.parse('2026-01-01T00:00:00.000Z');

  it('takes rights from whom it is about, and only when it takes any', () => {
    expect(event('MerchantStatusChanged', { after: 'SUSPENDED' })).toEqual({ tenantId: 'm', at });
    expect(event('MerchantStatusChanged', { after: 'ACTIVE' })).toBeUndefined();
    expect(event('StaffMemberChanged', { change: 'DEACTIVATED', staffMemberId: 's' })).toEqual({
      tenantId: 'm',
      actorId: 's',
      actorType: 'STAFF',
      at,
    });
    expect(event('StaffMemberChanged', { change: 'INVITED', staffMemberId: 's' })).toBeUndefined();
    expect(event('RoleChanged', { scopesBefore: ['a', 'b'], scopesAfter: ['a'] })).toEqual({
      tenantId: 'm',
      actorType: 'STAFF',
      at,
    });
    expect(event('RoleChanged', { scopesBefore: ['a'], scopesAfter: ['a', 'b'] })).toBeUndefined();
    expect(event('RoleChanged', { scopesBefore: ['a'], scopesAfter: null })).toBeDefined();
    expect(event('RoleChanged', { scopesBefore: null, scopesAfter: ['a'] })).toBeUndefined();
    expect(event('ApiKeyChanged', { change: 'REVOKED', apiKeyId: 'k' })).toMatchObject({
      actorId: 'k',
      actorType: 'APP',
    });
    expect(event('ApiKeyChanged', { change: 'ROTATED', apiKeyId: 'k' })).toBeUndefined();
    expect(event('OrderCreated', {})).toBeUndefined();
  });
});
