import { query } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anItem, create, hooks, shelf, writer, type Created } from './shelf.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [shelf], isBackgroundOn: false });
});
afterAll(() => house.stop());

const call = async (viewer: ReturnType<typeof aViewer>, over: object = {}) =>
  expectData<Created>(await house.execute('catalog', viewer, create, anItem(over))).productCreate;

const countOf = async (tenantId: string): Promise<number> =>
  house.command('catalog', tenantId, async (tx) => {
    const rows = await query(tx.em, 'select 1 from "catalog"."shelf_item"');
    return rows.length;
  });

test('64 concurrent repetitions of a call have one effect and 64 equal answers', async () => {
  const viewer = aViewer(writer);

  const answers = await Promise.all(Array.from({ length: 64 }, () => call(viewer)));

  expect(answers[0]?.product).toMatchObject({ handle: 'mug' });
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(await countOf(viewer.tenantId ?? '')).toBe(1);
});

test('a repetition answers with the refusal that came first, though the call would succeed by now', async () => {
  const viewer = aViewer(writer);
  await call(viewer);
  const refused = await call(viewer, { idempotencyKey: 'k-2' });
  await house.command('catalog', viewer.tenantId ?? '', (tx) => query(tx.em, 'delete from "catalog"."shelf_item"'));

  const repeated = await call(viewer, { idempotencyKey: 'k-2' });

  expect(refused).toEqual({ product: null, userErrors: [{ code: 'HANDLE_TAKEN', field: ['handle'] }] });
  expect(repeated).toEqual(refused);
  expect(await countOf(viewer.tenantId ?? '')).toBe(0);
});

test('the same key with another input is refused', async () => {
  const viewer = aViewer(writer);
  await call(viewer);

  const reused = await call(viewer, { title: 'Another mug' });

  expect(reused).toEqual({
    product: null,
    userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }],
  });
});

test('keys of another actor and of another tenant are other keys', async () => {
  const viewer = aViewer(writer);
  const colleague = aViewer({ ...writer, tenantId: viewer.tenantId });
  const elsewhere = { ...viewer, tenantId: aViewer().tenantId };
  const first = await call(viewer);

  const second = await call(colleague, { handle: 'cup' });
  const third = await call(elsewhere);

  expect(second).toMatchObject({ product: { handle: 'cup' }, userErrors: [] });
  expect(third).toMatchObject({ product: { handle: 'mug' }, userErrors: [] });
  expect(third.product?.id).not.toBe(first.product?.id);
});

test.for(['', 'k'.repeat(256)])('a key of another length is refused', async (idempotencyKey) => {
  const answer = await call(aViewer(writer), { idempotencyKey });

  expect(answer.userErrors).toEqual([{ code: 'INVALID', field: ['idempotencyKey'] }]);
});

test('a call that failed half way leaves its key free', async () => {
  const viewer = aViewer(writer);
  hooks.inCommand = async () => {
    throw new Error('the power went out');
  };
  const failed = await house.execute('catalog', viewer, create, anItem());
  hooks.inCommand = async () => undefined;

  const again = await call(viewer);

  expect(failed.errors?.[0]?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
  expect(again.product).toMatchObject({ handle: 'mug' });
});

test('a call whose first attempt still runs is told so after the lock timeout', async () => {
  const viewer = aViewer(writer);
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  hooks.inCommand = async (tx) => {
    // The role's two seconds would be the longest wait of this file.
    await query(tx.em, 'select 1');
    hooks.inCommand = async () => undefined;
    started.resolve();
    await finish.promise;
  };
  const first = call(viewer);
  await started.promise;

  const second = await call(viewer);
  finish.resolve();

  expect(second).toEqual({ product: null, userErrors: [{ code: 'IDEMPOTENCY_IN_PROGRESS', field: null }] });
  expect((await first).product).toMatchObject({ handle: 'mug' });
  expect(await call(viewer)).toEqual(await first);
});
