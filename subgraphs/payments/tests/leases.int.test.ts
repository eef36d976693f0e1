import { newId } from '@ordergraph/tenancy';
import { startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleOperation } from '../src/commands/settle-operation.ts';
import { definition } from '../src/index.ts';
import { claimOperations } from '../src/operations/claim.ts';
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
