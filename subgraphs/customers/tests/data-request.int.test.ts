import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oneMonthAfter } from '../src/domain/due-date.ts';
import { definition } from '../src/index.ts';
import { aStaffMember, bareId, createdBy, published, type Staff, type UserError } from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const request = `mutation ($input: DataRequestCreateInput!) {
  dataRequestCreate(input: $input) {
    dataRequest { id kind status dueAt completedAt customer { id } }
    userErrors { code field }
  }
}`;

interface Requested {
  dataRequestCreate: {
    dataRequest: { id: string; dueAt: string } | null;
    userErrors: UserError[];
  };
}

const send = async (viewer: Staff, input: object) =>
  expectData<Requested>(await house.execute('customers', viewer, request, { input })).dataRequestCreate;

const anErasure = (customerId: string, over: object = {}) => ({
  customerId,
  kind: 'ERASURE',
  idempotencyKey: newId(),
  ...over,
});

test("records a customer's request, due in a month, and tells everybody", async () => {
  const staff = aStaffMember();
  const customerId = await createdBy(house, staff);
  const self = aViewer({ tenantId: staff.tenantId, type: 'CUSTOMER', id: bareId(customerId) });
  const before = new Date();
  const input = anErasure(customerId, { reason: 'I move away.' });

  const first = await send(self, input);
  const repeated = await send(self, input);

  expect(first).toMatchObject({
    dataRequest: { kind: 'ERASURE', status: 'RECEIVED', completedAt: null, customer: { id: customerId } },
    userErrors: [],
  });
  expect(repeated).toEqual(first);
  expect(new Date(first.dataRequest?.dueAt ?? 0).getTime()).toBeGreaterThanOrEqual(oneMonthAfter(before).getTime());
  expect(await published(house, staff.tenantId ?? '', 'DataRequestCreated')).toEqual([
    {
      dataRequestId: bareId(first.dataRequest?.id ?? ''),
      customerId: bareId(customerId),
      kind: 'ERASURE',
      dueAt: first.dataRequest?.dueAt,
    },
  ]);
});

test('refuses a second request of a kind while one is open, also at the same moment', async () => {
  const staff = aStaffMember();
  const customerId = await createdBy(house, staff);

  const both = await Promise.all([send(staff, anErasure(customerId)), send(staff, anErasure(customerId))]);
  const access = await send(staff, anErasure(customerId, { kind: 'ACCESS' }));

  expect(both.flatMap(({ userErrors }) => userErrors)).toEqual([{ code: 'REQUEST_OPEN', field: ['kind'] }]);
  expect(access.userErrors).toEqual([]);
});

test('a customer asks for their own data only', async () => {
  const staff = aStaffMember();
  const [own, other] = [await createdBy(house, staff), await createdBy(house, staff)];
  const self = aViewer({ tenantId: staff.tenantId, type: 'CUSTOMER', id: bareId(own) });
  const stranger = aStaffMember();

  for (const answer of [
    await send(self, anErasure(other)),
    await send(stranger, anErasure(own)),
    await send(staff, anErasure('x')),
  ]) {
    expect(answer).toEqual({ dataRequest: null, userErrors: [{ code: 'NOT_FOUND', field: ['customerId'] }] });
  }
});

test('refuses a reason that is too long', async () => {
  const staff = aStaffMember();
  const customerId = await createdBy(house, staff);

  const answer = await send(staff, anErasure(customerId, { reason: 'x'.repeat(2001) }));

  expect(answer).toEqual({ dataRequest: null, userErrors: [{ code: 'INVALID', field: ['reason'] }] });
});

test('lists open requests to staff, the one due first on top', async () => {
  const staff = aStaffMember();
  const ids: (string | undefined)[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { dataRequest } = await send(staff, anErasure(await createdBy(house, staff)));
    ids.push(dataRequest?.id);
  }

  const open = await house.execute('customers', staff, '{ dataRequests { id } }');
  const completed = await house.execute('customers', staff, '{ dataRequests(status: COMPLETED) { id } }');
  const foreign = await house.execute('customers', aStaffMember(), '{ dataRequests { id } }');

  expect(open.data).toEqual({ dataRequests: ids.map((id) => ({ id })) });
  expect([completed.data, foreign.data]).toEqual([{ dataRequests: [] }, { dataRequests: [] }]);
});
