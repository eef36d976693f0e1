import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomer, definition } from '../src/index.ts';
import { aStaffMember, bareId, createdBy, type Staff } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const list = `query ($first: Int, $after: String, $last: Int, $before: String, $where: CustomerWhereInput, $search: String) {
  customers(first: $first, after: $after, last: $last, before: $before, where: $where, search: $search) {
    nodes { id email }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}`;

interface Page {
  nodes: { id: string; email: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  totalCount: number | null;
}

const read = async (viewer: Staff, variables: Record<string, unknown>): Promise<Page> =>
  expectData<{ customers: Page }>(await house.execute('customers', viewer, list, variables)).customers;

const emails = ({ nodes }: Page): string[] => nodes.map(({ email }) => email).toSorted();

async function addMany(tenantId: string, from: number, count: number): Promise<void> {
  await house.command('customers', tenantId, async (tx) => {
    for (let number = from; number < from + count; number += 1) {
      const none = { firstName: null, lastName: null, phone: null, languageCode: null, acceptsMarketing: false };
      await createCustomer(tx, { ...none, email: `n${number}@example.org` });
    }
  });
}

test('pages through 500 customers while others sign up, without a skip or a repeat', async () => {
  const staff = aStaffMember();
  const tenantId = staff.tenantId ?? '';
  for (let start = 0; start < 500; start += 100) await addMany(tenantId, start, 100);
  const seen: string[] = [];

  let after: string | null = null;
  for (let added = 500; ; added += 5) {
    const page: Page = await read(staff, { first: 25, after });
    seen.push(...page.nodes.map(({ email }) => email));
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
    await addMany(tenantId, added, 5);
  }

  expect(new Set(seen).size).toBe(seen.length);
  const expected = Array.from({ length: 500 }, (_, number) => `n${number}@example.org`);
  expect(seen.filter((email) => expected.includes(email)).toSorted()).toEqual(expected.toSorted());
});

test('finds by parts of name, email and telephone number', async () => {
  const staff = aStaffMember();
  await createdBy(house, staff, { email: 'ada.l@analytical.example', firstName: 'Áda', lastName: 'Lovelace' });
  await createdBy(house, staff, {
    email: 'grace@navy.example',
    firstName: 'Grace',
    lastName: 'Hopper',
    phone: '+1 202 555-0100',
  });

  const by = async (search: string): Promise<string[]> => emails(await read(staff, { first: 10, search }));

  expect(await by('ada')).toEqual(['ada.l@analytical.example']);
  expect(await by('lovelace ad')).toEqual(['ada.l@analytical.example']);
  expect(await by('lovelac ada')).toEqual([]);
  expect(await by('Grace@Navy')).toEqual(['grace@navy.example']);
  expect(await by('analytical.example')).toEqual(['ada.l@analytical.example']);
  expect(await by('+1 (202) 555')).toEqual(['grace@navy.example']);
  expect(await by('grace ada')).toEqual([]);
  expect(await by('  ')).toHaveLength(2);
});

test('narrows by email, group, ids and time, all at once', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff, { email: 'One@example.org' });
  await createdBy(house, staff, { email: 'two@example.org' });
  await house.execute(
    'customers',
    staff,
    'mutation ($input: CustomerUpdateInput!) { customerUpdate(input: $input) { userErrors { code } } }',
    { input: { id, groups: ['wholesale', 'vip'] } },
  );
  const where = async (condition: object): Promise<string[]> =>
    emails(await read(staff, { first: 10, where: condition }));
  const future = new Date(Date.now() + 60_000).toISOString();

  expect(await where({ email: 'ONE@example.org' })).toEqual(['One@example.org']);
  expect(await where({ group: 'vip' })).toEqual(['One@example.org']);
  expect(await where({ ids: [id, 'nonsense'] })).toEqual(['One@example.org']);
  expect(await where({ ids: [] })).toEqual([]);
  expect(await where({ createdAt: { lt: future } })).toHaveLength(2);
  expect(await where({ createdAt: { gte: future } })).toEqual([]);
  expect(await where({ group: 'vip', email: 'two@example.org' })).toEqual([]);
});

test('goes back from a cursor, and counts', async () => {
  const staff = aStaffMember();
  await addMany(staff.tenantId ?? '', 0, 10);
  const first = await read(staff, { first: 4 });
  const second = await read(staff, { first: 4, after: first.pageInfo.endCursor });

  const back = await read(staff, { last: 4, before: second.pageInfo.startCursor });

  expect(back.nodes).toEqual(first.nodes);
  expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  expect(back.totalCount).toBe(10);
});

test('a merchant sees no customer of another, by list, id, search or reference', async () => {
  const id = await createdBy(house, aStaffMember(), { email: 'secret@example.org', firstName: 'Secret' });
  const stranger = aStaffMember();

  const listed = await read(stranger, { first: 10, search: 'secret' });
  const byId = await read(stranger, { first: 10, where: { ids: [id] } });
  const one = await house.execute('customers', stranger, 'query ($id: ID!) { customer(id: $id) { email } }', { id });

  expect(listed.nodes).toEqual([]);
  expect(byId.nodes).toEqual([]);
  expect(one).toEqual({ data: { customer: null } });
});

test('shoppers see themselves and nobody else', async () => {
  const staff = aStaffMember();
  const { tenantId } = staff;
  const [own, other] = [await createdBy(house, staff), await createdBy(house, staff)];
  const self = aViewer({ tenantId, type: 'CUSTOMER', id: bareId(own) });
  const me = '{ me { id } }';
  const entities =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { id email } } }';
  const representations = [own, other].map((id) => ({ __typename: 'Customer', id }));

  const mine = await house.execute('customers', self, me);
  const guest = await house.execute('customers', aViewer({ tenantId, type: 'ANONYMOUS' }), me);
  const clerk = await house.execute('customers', staff, me);
  const referred = await house.execute('customers', self, entities, { representations });
  const listed = await house.execute('customers', self, list, { first: 1 });

  expect(mine).toMatchObject({ data: { me: { id: own } } });
  expect([guest.data, clerk.data]).toEqual([{ me: null }, { me: null }]);
  expect(referred.data).toMatchObject({ _entities: [{ id: own }, null] });
  expect(listed.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
});

test('staff who may read orders only do not read on into a customer', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff);
  const clerk = aViewer({ tenantId: staff.tenantId, scopes: ['read_orders'] });
  const entities =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { email } } }';

  const result = await house.execute('customers', clerk, entities, {
    representations: [{ __typename: 'Customer', id }],
  });

  expect(result.data).toBeNull();
  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: ['read_customers'] });
});

test('a cursor of another merchant opens nothing', async () => {
  const staff = aStaffMember();
  await addMany(staff.tenantId ?? '', 0, 2);
  const { pageInfo } = await read(staff, { first: 1 });

  const result = await house.execute('customers', aStaffMember(), list, { first: 1, after: pageInfo.endCursor });

  expect(result.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('an unknown customer by reference is null', async () => {
  const id = Buffer.from(`Customer:${newId()}`).toString('base64url');
  const entities =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer { email } } }';

  const result = await house.execute('customers', aStaffMember(), entities, {
    representations: [
      { __typename: 'Customer', id },
      { __typename: 'Customer', id: 'nonsense' },
    ],
  });

  expect(result).toEqual({ data: { _entities: [null, null] } });
});

test('who did it leads to the customer, for whoever may see that customer', async () => {
  const staff = aStaffMember();
  const { tenantId } = staff;
  const [own, other] = [await createdBy(house, staff, { firstName: 'Ada' }), await createdBy(house, staff)];
  const representations = [
    { type: 'CUSTOMER', id: own },
    { type: 'CUSTOMER', id: other },
    { type: 'CUSTOMER', id: null },
    { type: 'STAFF', id: own },
    { type: 'SYSTEM', id: null },
  ].map((ref) => ({ __typename: 'ActorRef', ...ref }));
  const entities =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ActorRef { customer { id firstName } } } }';
  const seenBy = (viewer: Staff) => house.execute('customers', viewer, entities, { representations });

  const byStaff = await seenBy(staff);
  const byStranger = await seenBy(aStaffMember());
  const byThemselves = await seenBy(aViewer({ tenantId, type: 'CUSTOMER', id: bareId(own) }));

  const ada = { customer: { id: own, firstName: 'Ada' } };
  expect(byStaff.data).toEqual({
    _entities: [ada, { customer: { id: other, firstName: null } }, null, null, null],
  });
  expect(byStranger.data).toEqual({ _entities: [null, null, null, null, null] });
  // The field is for staff and partners: a shopper knows who they are, and others are nobody to them.
  expect(byThemselves.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  expect(byThemselves.data).toEqual({ _entities: [{ customer: null }, null, null, null, null] });
});
