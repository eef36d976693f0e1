import { money } from '@ordergraph/money';
import { newId } from '@ordergraph/tenancy';
import { startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorizePayment } from '../src/commands/authorize-payment.ts';
import { settleOperation } from '../src/commands/settle-operation.ts';
import { definition } from '../src/index.ts';
import { startCarrying } from '../src/operations/carrier.ts';
import { claimOperations, type ClaimedOperation } from '../src/operations/claim.ts';
import { openTill, quickSettings } from './till.ts';

// Nothing runs by itself here: the test plays the workers.
let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition], settings: quickSettings, isBackgroundOn: false });
});
afterAll(() => house.stop());

const approved = { result: { outcome: 'succeeded', reference: 'ch_1', expiresAt: null }, isReversed: false } as const;

test('an operation is leased to one worker at a time, and a worker that lost its lease writes nothing', async () => {
  const till = await openTill(house, 'tok_visa');
  await till.authorize();
  const { runtime } = house.subgraph('payments');

  const [first] = await claimOperations(runtime, 8, 60_000);
  expect(await claimOperations(runtime, 8, 60_000)).toEqual([]);
  await till.read('update "payments"."provider_operation" set leased_until = now() - interval \'1 second\'');
  const [second] = await claimOperations(runtime, 8, 60_000);
  if (!first || !second) throw new Error('Both workers were to get the operation.');

  await house.command('payments', till.tenantId, (tx) => settleOperation(tx, first, approved));
  expect(await till.status()).toBe('CREATED');
  await house.command('payments', till.tenantId, (tx) => settleOperation(tx, second, approved));
  expect(await till.status()).toBe('AUTHORIZED');
  await house.command('payments', till.tenantId, (tx) => settleOperation(tx, second, approved));
  expect(await till.ledger()).toHaveLength(1);
});

test('operations of one payment are handed out one after the other, those of others at once', async () => {
  const tenantId = newId();
  const [one, other] = [await openTill(house, 'tok_visa', tenantId), await openTill(house, 'tok_visa', tenantId)];
  await one.authorize();
  await one.giveUp();
  await other.authorize();

  const claimed = await claimOperations(house.subgraph('payments').runtime, 8, 60_000);

  expect(claimed.map(({ kind, paymentId }) => [kind, paymentId]).sort()).toEqual(
    [
      ['AUTHORIZE', one.paymentId],
      ['AUTHORIZE', other.paymentId],
    ].sort(),
  );
});

describe('an operation that is planned where operations are carried', () => {
  // Takes what it is offered and does nothing with it, as a process that dies right after the commit.
  const taken: ClaimedOperation[] = [];
  const looked: (string | null)[] = [];
  let room = 8;
  beforeAll(() => {
    startCarrying(house.subgraph('payments').runtime.em, {
      leaseMs: 60_000,
      hasRoom: () => taken.length < room,
      take: (operation) => taken.push(operation),
      look: (paymentId) => looked.push(paymentId),
    });
  });
  beforeEach(() => {
    taken.length = 0;
    looked.length = 0;
    room = 8;
  });
  const claim = () => claimOperations(house.subgraph('payments').runtime, 8, 60_000);

  test('is leased to it from the beginning, and is taken up by another when the lease has ended', async () => {
    const till = await openTill(house, 'tok_visa');
    await till.authorize();

    const [planned] = taken;
    expect(taken).toMatchObject([{ kind: 'AUTHORIZE', paymentId: till.paymentId, attempts: 1, leaseEpoch: 1 }]);
    expect(await claim()).toEqual([]);
    await till.read('update "payments"."provider_operation" set leased_until = now() - interval \'1 second\'');
    const [recovered] = await claim();
    expect({ ...planned, ...recovered }).toEqual({ ...planned, attempts: 2, leaseEpoch: 2 });
    if (!planned || !recovered) throw new Error('Both processes were to get the operation.');

    await house.command('payments', till.tenantId, (tx) => settleOperation(tx, planned, approved));
    expect(await till.status()).toBe('CREATED');
    await house.command('payments', till.tenantId, (tx) => settleOperation(tx, recovered, approved));
    expect(await till.status()).toBe('AUTHORIZED');
    expect(await till.ledger()).toHaveLength(1);
  });

  test('is not taken before the one that it has to wait for is known', async () => {
    const till = await openTill(house, 'tok_visa');
    await till.authorize();
    await till.giveUp();

    expect(taken.map(({ kind }) => kind)).toEqual(['AUTHORIZE']);
    expect(looked).toEqual([till.paymentId]);
    expect(await claim()).toEqual([]);
    const [authorization] = taken;
    if (!authorization) throw new Error('The authorisation was to be taken.');
    await house.command('payments', till.tenantId, (tx) => settleOperation(tx, authorization, approved));
    expect((await claim()).map(({ kind }) => kind)).toEqual(['VOID']);
  });

  test('is left to whoever has room', async () => {
    room = 0;
    const till = await openTill(house, 'tok_visa');
    await till.authorize();

    expect(taken).toEqual([]);
    expect(await claim()).toMatchObject([{ kind: 'AUTHORIZE', attempts: 1, leaseEpoch: 1 }]);
  });

  test('is not carried when its transaction is undone', async () => {
    const till = await openTill(house, 'tok_visa');
    const undone = house.subgraph('payments').runtime.transactAsSystem(till.tenantId, async (tx) => {
      await authorizePayment(tx, { ...till, amount: money(2500n, 'EUR'), deadlineAt: new Date() });
      throw new Error('undone');
    });

    await expect(undone).rejects.toThrow('undone');
    expect(taken).toEqual([]);
    expect(await claim()).toEqual([]);
  });
});
