import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId, query } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aShop } from './a-shop.ts';

let house: TestHouse;
beforeAll(async () => {
  const MAIL_DIRECTORY = mkdtempSync(join(tmpdir(), 'ordergraph-mail-'));
  house = await startTestHouse({ subgraphs: [definition], settings: { MAIL_DIRECTORY }, isBackgroundOn: false });
});
afterAll(() => house.stop());

const balance = { available: 1_250, pending: 0, held: 0, asOfSequence: 3 };

async function aMember(languageCode: string | null = null) {
  const shop = await aShop(house);
  const customerId = newId();
  const email = await house.command('notifications', shop.tenantId, (tx) =>
    tx.sealing.seal(tx.em, shop.tenantId, customerId, 'ada@example.com'),
  );
  await shop.hears('CustomerCreated', {
    customerId,
    email,
    name: null,
    languageCode,
    groups: [],
    acceptsMarketing: false,
  });
  const mails = () =>
    house.command('notifications', shop.tenantId, (tx) =>
      query<{ topic: string; subject: string; body: string; status: string }>(
        tx.em,
        'select topic, subject, body, status from "notifications"."notification" where channel <> \'IN_APP\' order by created_at, id',
      ),
    );
  const earns = (id: string = newId()) =>
    shop.hears(
      'PointsEarned',
      {
        accountId: customerId,
        customerId,
        transactionId: newId(),
        paymentTransactionId: newId(),
        points: 10,
        isPending: false,
        activatesAt: null,
        terms: { rules: [], multiplier: '1' },
        order: { orderId: newId(), earned: 10, pending: 0, reversed: 0, forgiven: 0, redeemed: 0, restored: 0 },
        balance,
      },
      { id },
    );
  return { shop, customerId, mails, earns };
}

test('points that were earned are told once, with their number in the subject', async () => {
  const { mails, earns } = await aMember();
  const id = newId();

  await earns(id);
  await earns(id);

  expect(await mails()).toMatchObject([
    {
      topic: 'POINTS_EARNED',
      subject: 'You earned 10 points!',
      body: expect.stringContaining('1,250 points are yours'),
    },
  ]);
});

test('corrections, points that lapse soon and tiers are told in the customer’s language', async () => {
  const { shop, customerId, mails } = await aMember('de');
  const about = { accountId: customerId, customerId };

  await shop.hears('PointsAdjusted', {
    ...about,
    transactionId: newId(),
    points: -4,
    reason: 'Doppelt gezählt.',
    balance,
  });
  await shop.hears('PointsExpiring', { ...about, points: 300, expiresAt: '2027-01-05T10:00:00.000Z' });
  await shop.hears('TierChanged', {
    ...about,
    beforeTierId: null,
    afterTierId: newId(),
    afterTierName: 'Gold',
    isUp: true,
    validUntil: null,
  });

  const told = await mails();
  expect(told.map(({ topic, subject }) => [topic, subject])).toEqual([
    ['POINTS_CORRECTED', expect.stringContaining('Ihre Punkte bei')],
    ['POINTS_EXPIRING', '300 Ihrer Punkte verfallen bald'],
    ['TIER_CHANGED', expect.stringContaining('Gold')],
  ]);
  expect(told[0]?.body).toContain('-4');
  expect(told[0]?.body).toContain('Doppelt gezählt.');
  expect(told[1]?.body).toContain('5. Januar 2027');
});

test('a refund that is settled once is told once, though loyalty is asked for its answer again', async () => {
  const { shop, customerId, mails } = await aMember();
  const reversed = {
    accountId: customerId,
    customerId,
    refundId: newId(),
    transactionIds: [newId()],
    pointsReversed: 30,
    pointsRestored: 0,
    shortfall: 0,
    order: { orderId: newId(), earned: 30, pending: 0, reversed: 30, forgiven: 0, redeemed: 0, restored: 0 },
    balance,
  };

  await shop.hears('PointsReversed', reversed);
  await shop.hears('PointsReversed', { ...reversed, isRepeated: true });

  expect(await mails()).toMatchObject([{ topic: 'POINTS_CORRECTED' }]);
});

test('a customer who switched the topic off is not written to', async () => {
  const { shop, customerId, mails, earns } = await aMember();
  await house.command('notifications', shop.tenantId, (tx) =>
    query(
      tx.em,
      `insert into "notifications"."preference" (tenant_id, customer_id, topic, channel, is_enabled)
       values ($1, $2, 'POINTS_EARNED', 'EMAIL', false)`,
      [shop.tenantId, customerId],
    ),
  );

  await earns();

  expect(await mails()).toMatchObject([{ status: 'SUPPRESSED' }]);
});
