import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definition } from '../src/index.ts';
import { aStaffMember, bareId, createdBy, published, type Staff, type UserError } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const update = `mutation ($input: CustomerUpdateInput!) {
  customerUpdate(input: $input) {
    customer { id firstName phone acceptsMarketing version addresses { name line1 city countryCode } }
    userErrors { code field message }
  }
}`;

interface UpdateAnswer {
  customerUpdate: { customer: { version: number } | null; userErrors: UserError[] };
}

const send = async (viewer: Staff, input: object) =>
  expectData<UpdateAnswer>(await house.execute('customers', viewer, update, { input })).customerUpdate;

const address = { name: 'Ada', line1: '1 Main St', city: 'London', countryCode: 'GB' };

test('changes what is given, clears what is null and leaves the rest', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff, { firstName: 'Ada', phone: '+44 20 1234', acceptsMarketing: true });

  const answer = await send(staff, { id, phone: null, addresses: [address] });

  expect(answer.customer).toMatchObject({
    firstName: 'Ada',
    phone: null,
    acceptsMarketing: true,
    version: 2,
    addresses: [address],
  });
  const [event] = await published(house, staff.tenantId ?? '', 'CustomerUpdated');
  expect(event).toMatchObject({ customerId: bareId(id), changedPaths: ['phone', 'addresses'], acceptsMarketing: true });
  expect(JSON.stringify(event)).not.toContain('Main');
});

test('a change that changes nothing is no event', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff, { firstName: 'Ada' });
  await send(staff, { id, addresses: [address] });

  const answer = await send(staff, { id, firstName: 'Ada', addresses: [address] });

  expect(answer.customer).toMatchObject({ version: 2 });
  expect(await published(house, staff.tenantId ?? '', 'CustomerUpdated')).toHaveLength(1);
});

test('refuses a version that has moved on', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff);
  await send(staff, { id, firstName: 'First', expectedVersion: 1 });

  const answer = await send(staff, { id, firstName: 'Second', expectedVersion: 1 });

  expect(answer).toMatchObject({
    customer: null,
    userErrors: [{ code: 'VERSION_MISMATCH', field: ['expectedVersion'] }],
  });
});

test("a customer changes their own data and nobody else's", async () => {
  const staff = aStaffMember();
  const { tenantId } = staff;
  const [own, other] = [await createdBy(house, staff), await createdBy(house, staff)];
  const self = aViewer({ tenantId, type: 'CUSTOMER', id: bareId(own) });

  const mine = await send(self, { id: own, firstName: 'Me' });
  const theirs = await send(self, { id: other, firstName: 'Me' });
  const guest = await send(aViewer({ tenantId, type: 'ANONYMOUS' }), { id: own, firstName: 'Me' });

  expect(mine.customer).toMatchObject({ firstName: 'Me' });
  expect(theirs).toMatchObject({ customer: null, userErrors: [{ code: 'NOT_FOUND' }] });
  expect(guest).toMatchObject({ customer: null, userErrors: [{ code: 'NOT_FOUND' }] });
});

test('a customer does not choose their own groups', async () => {
  const staff = aStaffMember();
  const own = await createdBy(house, staff);
  const self = aViewer({ tenantId: staff.tenantId, type: 'CUSTOMER', id: bareId(own) });

  const answer = await send(self, { id: own, groups: ['wholesale'] });

  expect(answer).toMatchObject({ customer: null, userErrors: [{ code: 'INVALID', field: ['groups'] }] });
});

test("refuses another merchant's customer and an id that is none", async () => {
  const id = await createdBy(house, aStaffMember());

  const foreign = await send(aStaffMember(), { id, firstName: 'X' });
  const none = await send(aStaffMember(), { id: 'nonsense', firstName: 'X' });

  expect(foreign).toEqual(none);
  expect(none).toMatchObject({ customer: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
});

test('names the address at fault', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff);

  const answer = await send(staff, { id, addresses: [address, { ...address, city: '' }] });

  expect(answer).toMatchObject({
    customer: null,
    userErrors: [{ code: 'INVALID', field: ['addresses', '1', 'city'] }],
  });
});

test('of two changes of one version at once, one is refused', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff);

  const answers = await Promise.all(['A', 'B'].map((firstName) => send(staff, { id, firstName, expectedVersion: 1 })));

  expect(answers.map(({ userErrors }) => userErrors[0]?.code ?? 'done').toSorted()).toEqual([
    'VERSION_MISMATCH',
    'done',
  ]);
});

test('an id that names nothing is refused alike', async () => {
  const id = Buffer.from(`Customer:${newId()}`).toString('base64url');

  expect(await send(aStaffMember(), { id })).toMatchObject({ customer: null, userErrors: [{ code: 'NOT_FOUND' }] });
});
