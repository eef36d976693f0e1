import { startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aStaffMember, aVariant, bareId, mutations, noId, published } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

test('changes what is given, clears what is null and leaves the rest', async () => {
  const staff = aStaffMember();
  const categoryId = await mutations(house, staff).categoryId('kitchen');
  const { id } = await mutations(house, staff).product({ handle: 'mug', description: 'Old', categoryId, tags: ['a'] });

  const answer = await mutations(house, staff).update({
    id,
    title: 'Cup',
    description: null,
    tags: ['b'],
    expectedVersion: 1,
  });

  expect(answer).toMatchObject({
    product: { handle: 'mug', title: 'Cup', description: null, tags: ['b'], category: { id: categoryId }, version: 2 },
    userErrors: [],
  });
  expect(await published(house, staff.tenantId, 'ProductUpdated')).toEqual([
    {
      productId: bareId(id),
      handle: 'mug',
      title: 'Cup',
      status: 'ACTIVE',
      categoryId: bareId(categoryId),
      tags: ['b'],
      changedPaths: ['title', 'description', 'tags'],
    },
  ]);
});

test('a change that changes nothing is no event and no new version', async () => {
  const staff = aStaffMember();
  const media = [{ url: 'https://x.example/m.png', altText: 'A mug' }];
  const { id } = await mutations(house, staff).product({ media });

  const answer = await mutations(house, staff).update({ id, title: 'Mug', media, categoryId: null });

  expect(answer.product).toMatchObject({ version: 1 });
  expect(await published(house, staff.tenantId, 'ProductUpdated')).toEqual([]);
});

test('refuses a version that has moved on, also in archiving', async () => {
  const staff = mutations(house, aStaffMember());
  const { id } = await staff.product();
  await staff.update({ id, title: 'Cup' });

  const answers = [
    await staff.update({ id, title: 'X', expectedVersion: 1 }),
    await staff.archive({ id, expectedVersion: 1 }),
  ];

  for (const answer of answers) {
    expect(answer).toMatchObject({
      product: null,
      userErrors: [{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }],
    });
  }
});

test('of two changes of one version at once, one is refused', async () => {
  const staff = mutations(house, aStaffMember());
  const { id } = await staff.product();

  const answers = await Promise.all(['A', 'B'].map((title) => staff.update({ id, title, expectedVersion: 1 })));

  expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'done').toSorted()).toEqual([
    'VERSION_MISMATCH',
    'done',
  ]);
});

test('refuses a handle of another product and keeps its own', async () => {
  const staff = mutations(house, aStaffMember());
  await staff.product({ handle: 'taken' });
  const { id } = await staff.product({ handle: 'own' });

  expect(await staff.update({ id, handle: 'own' })).toMatchObject({ userErrors: [] });
  expect(await staff.update({ id, handle: 'taken' })).toMatchObject({
    product: null,
    userErrors: [{ code: 'HANDLE_TAKEN', field: ['handle'] }],
  });
});

test('two products that take one handle at the same moment do not both get it', async () => {
  const staff = mutations(house, aStaffMember());
  const ids = [(await staff.product()).id, (await staff.product()).id];

  const answers = await Promise.all(ids.map((id) => staff.update({ id, handle: 'wanted' })));

  expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'done').toSorted()).toEqual(['HANDLE_TAKEN', 'done']);
});

test.each([
  ['a title cleared', { title: null }, 'INVALID', ['title']],
  ['a handle that no URL can have', { handle: '-' }, 'INVALID', ['handle']],
  ['a category that is not there', { categoryId: noId('Category') }, 'NOT_FOUND', ['categoryId']],
  ['archiving by the way', { status: 'ARCHIVED' }, 'INVALID', ['status']],
])('refuses %s', async (_case, change, code, field) => {
  const staff = mutations(house, aStaffMember());
  const { id } = await staff.product();

  expect(await staff.update({ id, ...change })).toMatchObject({ product: null, userErrors: [{ code, field }] });
});

test('archives for good, once', async () => {
  const staff = aStaffMember();
  const { id, variants } = await mutations(house, staff).product({ variants: [aVariant(), aVariant()] });

  const first = await mutations(house, staff).archive({ id });
  const second = await mutations(house, staff).archive({ id });
  const back = await mutations(house, staff).update({ id, status: 'ACTIVE' });

  expect(first.product).toMatchObject({ status: 'ARCHIVED', version: 2 });
  expect(second).toEqual(first);
  expect(back).toMatchObject({ product: null, userErrors: [{ code: 'INVALID', field: ['status'] }] });
  expect(await published(house, staff.tenantId, 'ProductArchived')).toEqual([
    { productId: bareId(id), variantIds: variants.nodes.map((variant) => bareId(variant.id)) },
  ]);
});

test("refuses another merchant's product like one that is not there", async () => {
  const { id } = await mutations(house, aStaffMember()).product();
  const stranger = mutations(house, aStaffMember());

  for (const named of [id, noId('Product'), 'nonsense']) {
    const notFound = { product: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] };
    expect(await stranger.update({ id: named, title: 'X' })).toMatchObject(notFound);
    expect(await stranger.archive({ id: named })).toMatchObject(notFound);
  }
});
