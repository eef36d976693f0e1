import { encodeId } from '@ordergraph/subgraph-server';
import { newId, query } from '@ordergraph/tenancy';
import type { TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { settleAccount, warnOfExpiry } from '../src/commands/settle-account.ts';
import { holdAccount } from '../src/ledger/hold-account.ts';
import { saveAccount } from '../src/ledger/save-account.ts';
import { Club, euros, startClubHouse } from './club.ts';

let house: TestHouse;
let club: Club;
beforeAll(async () => {
  house = await startClubHouse();
});
beforeEach(async () => {
  club = await new Club(house).opens();
});
afterAll(() => house.stop());

interface Payload {
  readonly userErrors: readonly { code: string; field: string[] | null }[];
}

async function call<Fields>(mutation: string, selection: string, input: object): Promise<Fields & Payload> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const data = await club.ask<Record<string, Fields & Payload>>(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { code field } } }`,
    { input },
  );
  const payload = data[mutation];
  if (!payload) throw new Error(`Expected ${mutation}.`);
  return payload;
}

const codes = ({ userErrors }: Payload): string[] => userErrors.map(({ code }) => code);
const adjust = (points: number, more: object = {}) =>
  call<{ loyaltyTransaction: { id: string } | null }>('loyaltyPointsAdjust', 'loyaltyTransaction { id }', {
    customerId: club.customer,
    points,
    reason: 'A present.',
    idempotencyKey: newId(),
    ...more,
  });
const update = (input: object) =>
  call<{ loyaltyProgram: { version: number } | null }>('loyaltyProgramUpdate', 'loyaltyProgram { version }', input);
const setTiers = (tiers: object[], more: object = {}) =>
  call<{ loyaltyProgram: object | null }>('loyaltyTiersSet', 'loyaltyProgram { tiers { id rank name } }', {
    tiers,
    idempotencyKey: newId(),
    ...more,
  });
const upsertRule = (input: object) =>
  call<{ earningRule: { id: string; version: number } | null }>('earningRuleUpsert', 'earningRule { id version }', {
    name: 'Euros',
    points: 2,
    per: euros('1.00'),
    ...input,
  });

test('a new merchant has a programme of 10 points for each order', async () => {
  const data = await club.ask<{ loyaltyProgram: object; earningRules: object[] }>(
    `{ loyaltyProgram { isActive pendingDays expiryMonths pointValue { amount } redemptionUnit reversalPolicy version }
       earningRules { name points per { amount } isActive version } }`,
  );

  expect(data.loyaltyProgram).toMatchObject({ isActive: true, pendingDays: 0, pointValue: { amount: '0.01' } });
  expect(data.earningRules).toEqual([{ name: 'Every order', points: 10, per: null, isActive: true, version: 1 }]);
});

test('points are given and taken by hand, once per key, and never more than there are', async () => {
  await club.gives(5);
  const idempotencyKey = newId();

  const first = await adjust(20, { idempotencyKey });
  const again = await adjust(20, { idempotencyKey });
  expect(again.loyaltyTransaction).toEqual(first.loyaltyTransaction);
  expect(codes(await adjust(21, { idempotencyKey }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  expect(codes(await adjust(-26))).toEqual(['INSUFFICIENT_POINTS']);
  expect(codes(await adjust(0))).toEqual(['INVALID']);
  expect(codes(await adjust(1, { reason: '' }))).toEqual(['INVALID']);
  expect(codes(await adjust(1, { reason: '   ' }))).toEqual(['INVALID']);
  expect(codes(await adjust(1, { expiresAt: '2020-01-01T00:00:00.000Z' }))).toEqual(['INVALID']);
  expect(codes(await adjust(1, { customerId: encodeId('Customer', newId()) }))).toEqual(['NOT_FOUND']);
  expect(await club.balance()).toMatchObject({ available: 25 });
  await expect(
    club.ask(
      `mutation { loyaltyPointsAdjust(input: { customerId: "${club.customer}", points: 1, reason: "x", idempotencyKey: "y" }) { userErrors { code } } }`,
      {},
      club.viewer('STAFF', ['read_loyalty', 'write_loyalty']),
    ),
  ).rejects.toThrow(/write_points/);
});

test('a programme is changed within its bounds, and not on an older state of it', async () => {
  expect(codes(await update({ pendingDays: 400 }))).toEqual(['INVALID']);
  expect(codes(await update({ expiryMonths: 0 }))).toEqual(['INVALID']);
  expect(codes(await update({ pointValue: euros('0.00') }))).toEqual(['INVALID']);
  const { loyaltyProgram } = await update({ name: 'Stars', expiryMonths: null });
  expect(codes(await update({ name: 'Moons', expectedVersion: 1 }))).toEqual(['VERSION_MISMATCH']);
  expect(loyaltyProgram?.version).toBeGreaterThan(1);
  expect((await club.published('LoyaltyProgramChanged')).at(-1)).toMatchObject({
    changedPaths: ['name', 'expiryMonths'],
  });
});

test.for([
  ['0.001', 'EUR'],
  ['1.00', 'JPY'],
  ['1', 'XXX'],
  ['-1.00', 'EUR'],
  ['999999999999999999', 'EUR'],
] as const)('%s %s is no amount that a point is worth, or is given for', async ([amount, currencyCode]) => {
  const value = { amount, currencyCode };

  expect((await update({ pointValue: value })).userErrors).toEqual([{ code: 'INVALID', field: ['pointValue'] }]);
  expect((await upsertRule({ per: value })).userErrors).toEqual([{ code: 'INVALID', field: ['per'] }]);
});

test('points are worth and given for what the merchant sells in, as it is now', async () => {
  const dollar = { amount: '1.00', currencyCode: 'USD' };
  expect((await update({ pointValue: dollar })).userErrors).toEqual([{ code: 'INVALID', field: ['pointValue'] }]);
  expect((await upsertRule({ per: dollar })).userErrors).toEqual([{ code: 'INVALID', field: ['per'] }]);

  await club.changesTo(['EUR', 'USD']);
  expect((await update({ pointValue: dollar })).userErrors).toEqual([]);
  const { earningRule: ofDollars } = await upsertRule({ per: dollar });
  expect(ofDollars).not.toBeNull();

  // What is in force goes on where a currency is given up.
  await club.changesTo(['EUR']);
  expect((await update({ name: 'Still there', pointValue: dollar })).userErrors).toEqual([]);
  const { earningRule } = await upsertRule({ id: ofDollars?.id, per: dollar, isActive: false });
  expect(earningRule).toMatchObject({ version: 2 });
  expect((await update({ pointValue: euros('0.01') })).userErrors).toEqual([]);
  expect((await update({ pointValue: dollar })).userErrors).toEqual([{ code: 'INVALID', field: ['pointValue'] }]);
});

test('what changes nothing is no new version, and nobody is told', async () => {
  const tiers = [{ name: 'Base', threshold: 0, earnMultiplier: '1', benefits: ['Tea'] }];
  await setTiers(tiers);
  const version = (await update({ name: 'Stars', pointValue: euros('0.02') })).loyaltyProgram?.version;
  const rule = { startsAt: '2026-01-01T00:00:00.000Z' };
  const id = (await upsertRule(rule)).earningRule?.id;
  const told = (await club.published('LoyaltyProgramChanged')).length;

  expect((await update({ name: 'Stars', pointValue: euros('0.020') })).userErrors).toHaveLength(1);
  expect((await update({ name: 'Stars', pointValue: euros('0.02') })).loyaltyProgram?.version).toBe(version);
  await setTiers(tiers);
  expect((await update({})).loyaltyProgram?.version).toBe(version);
  expect((await upsertRule({ ...rule, id })).earningRule?.version).toBe(1);
  expect(await club.published('LoyaltyProgramChanged')).toHaveLength(told);

  expect((await update({ name: 'Moons', pointValue: euros('0.02') })).loyaltyProgram?.version).toBe((version ?? 0) + 1);
  expect((await club.published('LoyaltyProgramChanged')).at(-1)).toMatchObject({ changedPaths: ['name'] });
});

test('a rule makes versions; an order keeps the one that it earned by', async () => {
  const { earningRule } = await upsertRule({});
  const id = earningRule?.id;
  const order = await club.orders('20.00');
  await club.pays(order);
  expect(await club.balance()).toMatchObject({ available: 50 });

  expect((await upsertRule({ id, points: 5 })).earningRule?.version).toBe(2);
  await club.refunds(order, '10.00', { reversed: 20, units: [2, 0] });
  expect(await club.balance()).toMatchObject({ available: 30 });
  await club.pays(await club.orders('20.00'));
  expect(await club.balance()).toMatchObject({ available: 140 });

  expect(codes(await upsertRule({ points: 0 }))).toEqual(['INVALID']);
  expect(codes(await upsertRule({ id, expectedVersion: 1 }))).toEqual(['VERSION_MISMATCH']);
  expect(codes(await upsertRule({ id: encodeId('EarningRule', newId()) }))).toEqual(['NOT_FOUND']);
  expect(codes(await upsertRule({ categoryIds: [encodeId('Category', newId())] }))).toEqual(['NOT_FOUND']);
});

test('a rule for a category counts the share of the goods in it and below it', async () => {
  const [drinks, tea, categoryId] = [newId(), newId(), newId()];
  // A category may be heard of before the one that it lies in, and lies in a circle as long as catalog says so.
  await club.hears('CategoryUpserted', { categoryId, handle: 'green', name: 'Green tea', parentId: tea });
  await club.hears('CategoryUpserted', { categoryId: tea, handle: 'tea', name: 'Tea', parentId: null });
  await club.hears('CategoryUpserted', { categoryId: drinks, handle: 'drinks', name: 'Drinks', parentId: tea });
  await club.hears('CategoryUpserted', { categoryId: tea, handle: 'tea', name: 'Tea', parentId: drinks });
  await upsertRule({ categoryIds: [encodeId('Category', drinks)] });
  const order = { orderId: newId(), cartId: newId(), lineIds: [newId(), newId()], total: '20.00' };
  const products = await club.hearsOfOrder(order);
  await club.hears('ProductUpdated', {
    productId: products[0] ?? '',
    handle: 'x',
    title: 'x',
    status: 'ACTIVE',
    categoryId,
    tags: [],
    changedPaths: [],
  });

  await club.pays(order);

  // 10 for the order, and 2 for each euro of one of two equal lines.
  expect(await club.balance()).toMatchObject({ available: 30 });
});

/** Lets a tier of the club's customer be over, and says when it is over next. */
async function tierRunsOut(): Promise<() => Promise<Date | null | undefined>> {
  await house.subgraph('loyalty').rest();
  await club.read(
    `update "loyalty"."account" set tier_id = coalesce(tier_id, (select id from "loyalty"."tier" order by rank desc limit 1)),
       tier_since = now() - interval '13 months', tier_valid_until = now() - interval '1 month' where id = $1`,
    [club.customerId],
  );
  return async () => {
    const [row] = await club.read<{ until: Date | null }>(
      'select tier_valid_until as until from "loyalty"."account" where id = $1',
      [club.customerId],
    );
    return row?.until;
  };
}

test('a tier that is over ends also where refunds took more than what still counts', async () => {
  await setTiers([
    { name: 'Silver', threshold: 0, earnMultiplier: '1', benefits: [] },
    { name: 'Gold', threshold: 100, earnMultiplier: '2', benefits: [] },
  ]);
  await club.gives(1);
  // What was earned is older than a year, what a refund took of it is not.
  const longAgo = { now: { value: new Date(Date.now() - 400 * 24 * 60 * 60_000) } };
  await club.command(async (tx) => {
    const held = await holdAccount(tx, club.customerId);
    held.draft.earn(50, { orderId: null, isPending: false, activatesAt: null, expiresAt: null }, {});
    saveAccount(Object.create(tx, longAgo), held);
  });
  await club.command(async (tx) => {
    const held = await holdAccount(tx, club.customerId);
    held.draft.reverse(newId(), { fromPending: 0, fromAvailable: 50 }, {});
    saveAccount(tx, held);
  });
  const validUntil = await tierRunsOut();

  expect(await club.command((tx) => settleAccount(tx, club.customerId))).toBe(true);

  expect(await validUntil()).toBeNull();
  expect(await club.published('TierChanged')).toMatchObject([{ afterTierName: 'Silver', isUp: false }]);
  expect(await club.command((tx) => settleAccount(tx, club.customerId))).toBe(false);
});

test('a tier of a ladder that staff took away ends, and is not due for ever', async () => {
  await setTiers([{ name: 'Gold', threshold: 0, earnMultiplier: '2', benefits: [] }]);
  await club.gives(1);
  await setTiers([]);
  const validUntil = await tierRunsOut();

  expect(await club.command((tx) => settleAccount(tx, club.customerId))).toBe(true);

  expect(await validUntil()).toBeNull();
  expect(await club.command((tx) => settleAccount(tx, club.customerId))).toBe(false);
});

test('tiers are reached by points of 12 months, multiply what is earned next, and are lost by refunds', async () => {
  const ladder = [
    { name: 'Base', threshold: 0 },
    { name: 'Gold', threshold: 20, earnMultiplier: '1.5' },
  ];
  expect(codes(await setTiers([{ name: 'Base', threshold: 1 }]))).toEqual(['TIERS_INVALID']);
  expect(codes(await setTiers([ladder[0] ?? {}, { name: 'Same', threshold: 0 }]))).toEqual(['TIERS_INVALID']);
  expect(codes(await setTiers([{ name: 'Base', threshold: 0, earnMultiplier: '11' }]))).toEqual(['INVALID']);
  expect((await setTiers([ladder[0] ?? {}, { name: ' base', threshold: 5 }])).userErrors).toEqual([
    { code: 'INVALID', field: ['tiers', '1', 'name'] },
  ]);
  await setTiers(ladder);
  const first = await club.orders();
  await club.pays(first);
  await club.pays(await club.orders());
  expect(await club.published('TierChanged')).toMatchObject([{ afterTierName: 'Gold', isUp: true }]);
  await club.pays(await club.orders());
  expect(await club.balance()).toMatchObject({ available: 35 });

  await club.refunds(first, '20.00', { reversed: 10, units: [2, 2] });
  const account = await club.ask<{ loyaltyAccount: { tier: { name: string } } }>(
    'query ($id: ID!) { loyaltyAccount(customerId: $id) { tier { name } pointsToNextTier tierValidUntil } }',
    { id: club.customer },
  );
  expect(account.loyaltyAccount.tier.name).toBe('Gold');
});

test('what lapses soonest is spent first, and lapses with a warning, read before it is booked', async () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  await club.gives(1);
  await adjust(10, { expiresAt: inDays(2) });
  await adjust(10, { expiresAt: inDays(20) });
  await adjust(10, { expiresAt: inDays(200) });
  await club.redemption(newId(), 4);
  const ask = `query ($id: ID!) { loyaltyAccount(customerId: $id) { balance { available } expiring(withinDays: 30) { points } } }`;
  type Asked = { loyaltyAccount: { balance: { available: number }; expiring: { points: number }[] } };
  const read = async () => (await club.ask<Asked>(ask, { id: club.customer })).loyaltyAccount;
  expect((await read()).expiring.map(({ points }) => points)).toEqual([6, 10]);
  const before = await house.execute('loyalty', club.viewer('STAFF', ['read_loyalty']), ask.replace('30', '-3'), {
    id: club.customer,
  });
  expect(before.errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);

  await club.command((tx) => warnOfExpiry(tx, club.customerId));
  await club.command((tx) => warnOfExpiry(tx, club.customerId));
  expect((await club.published('PointsExpiring')).map(({ points }) => points)).toEqual([6, 10]);

  await house.subgraph('loyalty').rest();
  await club.command((tx) =>
    query(
      tx.em,
      `update "loyalty"."lot" set expires_at = now() - interval '1 second' where expires_at < now() + interval '3 days'`,
    ),
  );
  expect((await read()).balance.available).toBe(21);
  expect((await club.ledger()).at(-1)?.kind).toBe('REDEEM_HOLD');
  await club.command((tx) => settleAccount(tx, club.customerId));
  expect((await club.ledger()).at(-1)).toMatchObject({ kind: 'EXPIRE', points: -6, available: 21 });
  expect(await club.drift()).toEqual([]);
});
