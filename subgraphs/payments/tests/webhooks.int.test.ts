import { createHmac } from 'node:crypto';
import { serveSubgraph, type ServedSubgraph } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { waitFor, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebhookEvent } from '../src/entities/webhook-event.entity.ts';
import { isSignedWebhook, signWebhook } from '../src/provider/webhook-signature.ts';
import { openTill, startPayments, type Till } from './till.ts';

const secrets = 'current,previous';
let house: TestHouse;
let served: ServedSubgraph;
beforeAll(async () => {
  house = await startPayments({ PAYMENT_WEBHOOK_SECRETS: secrets });
  served = await serveSubgraph(house.subgraph('payments'), { port: 0, hostname: '127.0.0.1' });
});
afterAll(async () => {
  await served.stop();
  await house.stop();
});

const address = (path: string): string => `http://127.0.0.1:${served.port}${path}`;

async function send(body: string, signature: string): Promise<number> {
  const response = await fetch(address('/payments/sandbox/webhook'), {
    method: 'POST',
    headers: { 'webhook-signature': signature },
    body,
  });
  return response.status;
}

const eventFor = (till: Till, over: object = {}): string =>
  JSON.stringify({
    id: newId(),
    type: 'charge.authorized',
    account: till.tenantId,
    key: `${till.tenantId}:${till.sagaId}:authorize`,
    ...over,
  });

test('stores a webhook once, whichever active secret signed it', async () => {
  const till = await openTill(house, 'tok_visa');
  const body = eventFor(till);

  expect(await send(body, signWebhook('current', Buffer.from(body), new Date()))).toBe(200);
  expect(await send(body, signWebhook('previous', Buffer.from(body), new Date()))).toBe(200);

  expect(await till.read('select type from "payments"."webhook_event"')).toEqual([{ type: 'charge.authorized' }]);
});

test('a webhook that comes twice has its effect once', async () => {
  const till = await openTill(house, 'tok_visa');
  await till.authorize();
  await till.answer('authorize');
  await till.capture();
  await till.answer('capture');
  const refundId = await till.refund('5.00');
  await waitFor(async () => (await till.read(`select 1 from "payments"."outbox" where type = 'RefundSucceeded'`))[0]);
  const body = eventFor(till, { type: 'refund.reversed', key: `${till.tenantId}:${refundId}:refund` });
  const signature = signWebhook('current', Buffer.from(body), new Date());

  expect([await send(body, signature), await send(body, signature)]).toEqual([200, 200]);

  expect(await till.read(`select 1 from "payments"."provider_operation" where kind = 'RECONCILE'`)).toHaveLength(1);
});

test('refuses a webhook that is forged, old, changed on the way, not signed or nothing to keep', async () => {
  const till = await openTill(house, 'tok_visa');
  const body = eventFor(till);
  const bytes = Buffer.from(body);

  expect(await send(body, signWebhook('guessed', bytes, new Date()))).toBe(401);
  expect(await send(body, signWebhook('current', bytes, new Date(Date.now() - 301_000)))).toBe(401);
  expect(await send(eventFor(till), signWebhook('current', bytes, new Date()))).toBe(401);
  expect(await send(body, '')).toBe(401);
  for (const nonsense of ['{}', eventFor(till, { id: 'a\0b' }), eventFor(till, { key: 'a\uD800b' })]) {
    expect(await send(nonsense, signWebhook('current', Buffer.from(nonsense), new Date()))).toBe(400);
  }

  expect(await till.read('select 1 from "payments"."webhook_event"')).toEqual([]);
});

test('accepts a signature up to 300 s away, and none without a time', () => {
  const body = Buffer.from('{}');
  const now = new Date('2026-11-22T12:00:00.000Z');
  const at = (offsetSeconds: number): string =>
    signWebhook('current', body, new Date(now.getTime() + offsetSeconds * 1000));

  expect(isSignedWebhook(['current'], at(-300), body, now)).toBe(true);
  expect(isSignedWebhook(['current'], at(301), body, now)).toBe(false);
  const timeless = createHmac('sha256', 'current').update('.{}').digest('hex');
  expect(isSignedWebhook(['current'], `t=,v1=${timeless}`, body, now)).toBe(false);
});

test('does not believe a webhook: what it claims is asked of the provider', async () => {
  const till = await openTill(house, 'tok_3ds_required');
  await till.authorize();
  expect(await till.answer('authorize')).toMatchObject({ type: 'PaymentActionRequired' });
  const body = eventFor(till);

  expect(await send(body, signWebhook('current', Buffer.from(body), new Date()))).toBe(200);
  await waitFor(async () => {
    const [row] = await till.read<{ attempts: number }>('select attempts from "payments"."provider_operation"');
    return row?.attempts === 2;
  });

  expect(await till.status()).toBe('REQUIRES_ACTION');
});

test.each([
  ['approve', 'PaymentAuthorized', 'AUTHORIZED'],
  ['decline', 'PaymentFailed', 'FAILED'],
])('a customer who answers %s at the bank brings the payment to %s', async (answer, type, status) => {
  const till = await openTill(house, 'tok_3ds_required');
  await till.authorize();
  await till.answer('authorize');
  const [row] = await till.read<{ url: string }>('select next_action_url as url from "payments"."payment"');
  const { pathname, search } = new URL(row?.url ?? '');

  const shown = await fetch(address(pathname + search));
  const answered = await fetch(address(pathname + search), { method: 'POST', body: new URLSearchParams({ answer }) });

  expect([shown.status, answered.status]).toEqual([200, 200]);
  await waitFor(async () => (await till.answers('authorize')).length === 2);
  expect((await till.answers('authorize'))[1]).toMatchObject({ type });
  expect(await till.status()).toBe(status);
});

test('a payment that was given up cannot be confirmed any more', async () => {
  const till = await openTill(house, 'tok_3ds_required');
  await till.authorize();
  await till.answer('authorize');
  await till.giveUp();
  expect(await till.answer('void')).toMatchObject({ type: 'PaymentVoided' });

  expect(await till.read('select status from "payments"."sandbox_charge"')).toEqual([{ status: 'VOIDED' }]);
  expect(await till.status()).toBe('VOIDED');
});

test('sends its webhooks over HTTP when it is told where to', async () => {
  await using distant = await startPayments({
    PAYMENT_WEBHOOK_SECRETS: secrets,
    PAYMENT_WEBHOOK_URL: address('/payments/sandbox/webhook'),
  });
  const till = await openTill(distant, 'tok_late_success');

  await till.authorize();

  expect(await till.answer('authorize')).toMatchObject({ type: 'PaymentAuthorized' });
  // It arrived at the other house, whose database it is stored in.
  await waitFor(async () => {
    const [row] = await till.read<{ is_delivered: boolean }>(
      'select delivered_at is not null as is_delivered from "payments"."sandbox_event"',
    );
    return row?.is_delivered;
  });
  expect(await house.command('payments', till.tenantId, (tx) => tx.em.count(WebhookEvent, {}))).toBe(1);
});
