import { startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aShopper, aStaffMember, bareId, mutations, noId, published } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

test('shows the whole tree to everybody, parents before children', async () => {
  const staff = aStaffMember();
  const tree = mutations(house, staff);
  const home = await tree.categoryId('home');
  const kitchen = await tree.categoryId('kitchen', home);
  await tree.categoryId('mugs', kitchen);
  await tree.categoryId('garden');

  const result = await house.execute(
    'catalog',
    aShopper(staff.tenantId),
    '{ categories { handle parent { handle } } }',
  );

  expect(result.data).toEqual({
    categories: [
      { handle: 'garden', parent: null },
      { handle: 'home', parent: null },
      { handle: 'kitchen', parent: { handle: 'home' } },
      { handle: 'mugs', parent: { handle: 'kitchen' } },
    ],
  });
});

test('moves a category, keeps its parent when none is named, and makes it a root by null', async () => {
  const staff = aStaffMember();
  const tree = mutations(house, staff);
  const [home, garden] = [await tree.categoryId('home'), await tree.categoryId('garden')];
  const id = await tree.categoryId('mugs', home);

  const moved = await tree.category({ id, handle: 'cups', name: 'Cups', parentId: garden });
  const renamed = await tree.category({ id, handle: 'cups', name: 'All cups' });
  const root = await tree.category({ id, handle: 'cups', name: 'All cups', parentId: null });

  expect([moved, renamed, root].map(({ category }) => category?.parent)).toEqual([
    { id: garden },
    { id: garden },
    null,
  ]);
  expect((await published(house, staff.tenantId, 'CategoryUpserted')).at(-1)).toEqual({
    categoryId: bareId(id),
    handle: 'cups',
    name: 'All cups',
    parentId: null,
  });
});

test('refuses to make a category its own descendant', async () => {
  const tree = mutations(house, aStaffMember());
  const top = await tree.categoryId('top');
  const middle = await tree.categoryId('middle', top);
  const bottom = await tree.categoryId('bottom', middle);

  for (const parentId of [top, middle, bottom]) {
    expect(await tree.category({ id: top, handle: 'top', name: 'Top', parentId })).toMatchObject({
      category: null,
      userErrors: [{ code: 'CATEGORY_CYCLE', field: ['parentId'] }],
    });
  }
});

test('two moves at once do not close a circle', async () => {
  const tree = mutations(house, aStaffMember());
  const [a, b] = [await tree.categoryId('a'), await tree.categoryId('b')];

  const answers = await Promise.all([
    tree.category({ id: a, handle: 'a', name: 'A', parentId: b }),
    tree.category({ id: b, handle: 'b', name: 'B', parentId: a }),
  ]);

  expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'done').toSorted()).toEqual(['CATEGORY_CYCLE', 'done']);
});

test('refuses a taken handle, a malformed one and ids that name nothing', async () => {
  const tree = mutations(house, aStaffMember());
  await tree.categoryId('home');
  const input = { handle: 'new', name: 'New' };
  const foreign = await mutations(house, aStaffMember()).categoryId('foreign');

  expect((await tree.category({ ...input, handle: 'home' })).userErrors).toMatchObject([
    { code: 'HANDLE_TAKEN', field: ['handle'] },
  ]);
  expect((await tree.category({ ...input, handle: 'A B' })).userErrors).toMatchObject([
    { code: 'INVALID', field: ['handle'] },
  ]);
  expect((await tree.category({ ...input, name: '' })).userErrors).toMatchObject([
    { code: 'INVALID', field: ['name'] },
  ]);
  for (const id of [foreign, noId('Category'), 'nonsense']) {
    expect((await tree.category({ ...input, id })).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
    expect((await tree.category({ ...input, parentId: id })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', field: ['parentId'] },
    ]);
  }
});
