import { allScopes, firstOwnerId } from '@ordergraph/accounts-subgraph';
import { createCustomer } from '@ordergraph/customers-subgraph';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codesOf, mutate, settled } from './order-desk.ts';
import { buys, startShop, type Shop, type ShopMerchant } from './shop.ts';

interface Actor {
  readonly type: string;
  readonly id: string | null;
  readonly displayName: string | null;
  readonly customer?: { firstName: string | null; lastName: string | null } | null;
}

interface Seen {
  readonly order: {
    readonly placedBy: Actor;
    readonly holds?: readonly { readonly reason: string; readonly placedBy: Actor }[];
    readonly timeline: { readonly nodes: readonly { readonly type: string; readonly actor: Actor }[] };
    readonly customer: {
      readonly loyaltyAccount: {
        readonly transactions: { readonly nodes: readonly { readonly reason: string; readonly actor: Actor }[] };
      };
    };
  };
}

let shop: Shop;
let merchant: ShopMerchant;
/** Staff with a name: the first owner, whom the merchant was opened for. */
let owner: string;
let ada: { readonly id: string; readonly token: string };
let orderId: string;

const name = 'owner';
const actor = 'type id displayName';
const actorForStaff = `${actor} customer { firstName lastName }`;
const history = (who: string, also = '') => `query ($id: ID!) { order(id: $id) {
  placedBy { ${who} } ${also}
  timeline(first: 50) { nodes { type actor { ${who} } } }
  customer { loyaltyAccount { transactions(first: 20) { nodes { reason actor { ${who} } } } } } } }`;

/** Everybody who did something to Ada's order or to her points. */
const actorsIn = ({ order }: Seen): Actor[] => [
  order.placedBy,
  ...(order.holds ?? []).map(({ placedBy }) => placedBy),
  ...order.timeline.nodes.map((line) => line.actor),
  ...order.customer.loyaltyAccount.transactions.nodes.map((line) => line.actor),
];

const lookedAtBy = (token: string, who = actor, also = '') =>
  shop.ask<Seen>(token, history(who, also), { id: orderId });

beforeAll(async () => {
  shop = await startShop();
  merchant = await shop.opensMerchant();
  owner = shop.token(merchant.id, 'STAFF', { id: firstOwnerId(merchant.id), scopes: allScopes });
  const created = await shop.house.command('customers', merchant.id, (tx) =>
    createCustomer(tx, {
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      phone: null,
      languageCode: null,
      acceptsMarketing: false,
    }),
  );
  const id = created.value?.customerId ?? '';
  ada = { id, token: shop.token(merchant.id, 'CUSTOMER', { id }) };
  await shop.house.quiet();

  orderId = (await buys(shop, merchant, { MUG: 1 }, { token: ada.token })).id;
  await settled(shop, merchant, orderId);
  const accepted = [
    await mutate(shop, owner, 'orderHoldPlace', 'order', { orderId, reason: 'Call first' }),
    await mutate(shop, owner, 'loyaltyPointsAdjust', 'loyaltyAccount', {
      customerId: encodeId('Customer', ada.id),
      points: 50,
      reason: 'Sorry',
      idempotencyKey: newId(),
    }),
    await mutate(shop, owner, 'orderCancel', 'order', { orderId, reason: 'CUSTOMER', idempotencyKey: newId() }),
  ];
  expect(accepted.flatMap(codesOf)).toEqual([]);
  await settled(shop, merchant, orderId);
  await shop.house.quiet();
});
afterAll(() => shop.stop());

test('staff read who placed an order, who held it, and who gave points', async () => {
  const { order } = await lookedAtBy(
    owner,
    actorForStaff,
    'holds { reason placedBy { type id displayName customer { firstName lastName } } }',
  );

  expect(order.placedBy).toEqual({
    type: 'CUSTOMER',
    id: encodeId('Customer', ada.id),
    displayName: null,
    customer: { firstName: 'Ada', lastName: 'Lovelace' },
  });
  const byStaff = { type: 'STAFF', displayName: name, customer: null };
  expect(order.timeline.nodes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'OrderHoldChanged', actor: expect.objectContaining(byStaff) }),
    ]),
  );
  expect(order.customer.loyaltyAccount.transactions.nodes).toEqual(
    expect.arrayContaining([expect.objectContaining({ reason: 'Sorry', actor: expect.objectContaining(byStaff) })]),
  );
});

test('the customer reads the same lines, and no name of staff', async () => {
  const seen = await lookedAtBy(ada.token);

  const actors = actorsIn(seen);
  expect(actors.filter(({ type }) => type === 'STAFF').length).toBeGreaterThanOrEqual(2);
  expect(actors.filter(({ displayName }) => displayName !== null)).toEqual([]);
});
