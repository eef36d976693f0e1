import type { Sealed } from '@ordergraph/sealing';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomer, definition } from '../src/index.ts';
import {
  aCustomer,
  aStaffMember,
  bareId,
  create,
  createdBy,
  published,
  type CreateAnswer,
  type Staff,
} from './builders.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const send = async (viewer: Staff, input: object) =>
  expectData<CreateAnswer>(await house.execute('customers', viewer, create, { input })).customerCreate;

test('creates a customer once per key', async () => {
  const staff = aStaffMember();
  const input = aCustomer({ firstName: 'Ada', lastName: 'Lovelace' });

  const first = await send(staff, input);
  const second = await send(staff, input);

  expect(first).toMatchObject({ customer: { firstName: 'Ada', version: 1 }, userErrors: [] });
  expect(second).toEqual(first);
});

test('seals email and name in the event under the key of the customer', async () => {
  const staff = aStaffMember();
  const id = await createdBy(house, staff, { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' });

  const [payload] = await published(house, staff.tenantId ?? '', 'CustomerCreated');
  const { email, name } = payload as unknown as { email: Sealed; name: Sealed };
  const opened = await house.command('customers', staff.tenantId ?? '', (tx) =>
    Promise.all([email, name].map((sealed) => house.sealing.unseal<string>(tx.em, tx.tenantId, sealed))),
  );

  expect(email.subject).toBe(bareId(id));
  expect(opened).toEqual(['ada@example.org', 'Ada Lovelace']);
  // Longer than what ids and ciphertexts may hold by chance.
  expect(JSON.stringify(payload)).not.toMatch(/ada@|example|lovelace/i);
});

test('refuses an email that another customer has, however it is written', async () => {
  const staff = aStaffMember();
  await createdBy(house, staff, { email: 'jane@example.org' });

  const answer = await send(staff, aCustomer({ email: ' Jane@Example.ORG ' }));

  expect(answer).toMatchObject({ customer: null, userErrors: [{ code: 'EMAIL_TAKEN', field: ['email'] }] });
  expect(answer.userErrors[0]?.message).not.toContain('ane');
});

test('one of many simultaneous registrations of one email wins, the others find it taken', async () => {
  const tenantId = newId();
  const email = 'race@example.org';

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => send(aViewer({ tenantId, type: 'ANONYMOUS' }), aCustomer({ email }))),
  );

  expect(answers.filter(({ customer }) => customer)).toHaveLength(1);
  expect(answers.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(Array(7).fill('EMAIL_TAKEN'));
  expect(house.logged.join()).not.toContain('race');
});

test('two merchants may have a customer with the same email', async () => {
  await createdBy(house, aStaffMember(), { email: 'both@example.org' });
  await createdBy(house, aStaffMember(), { email: 'both@example.org' });
});

test('a shopper without a token signs up, and a repetition shows only what was sent', async () => {
  const tenantId = newId();
  const guest = aViewer({ tenantId, type: 'ANONYMOUS' });
  const input = aCustomer({ firstName: 'Guest' });
  const first = await send(guest, input);
  const staff = aStaffMember(tenantId);
  const update =
    'mutation ($input: CustomerUpdateInput!) { customerUpdate(input: $input) { customer { id } userErrors { code } } }';
  await house.execute('customers', staff, update, { input: { id: first.customer?.id, phone: '+49 30 123456' } });

  const again = await send(guest, input);

  expect(again).toEqual(first);
  expect(again.customer).toMatchObject({ firstName: 'Guest', phone: null, version: 1 });
});

test('refuses a key that was used with another input', async () => {
  const staff = aStaffMember();
  const input = aCustomer();
  await send(staff, input);

  const answer = await send(staff, { ...input, firstName: 'Other' });

  expect(answer).toMatchObject({ customer: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] });
});

test.each([
  ['an email that is none', { email: 'no address' }, ['email']],
  ['a blank name', { firstName: '  ' }, ['firstName']],
  ['a name that is too long', { lastName: 'x'.repeat(256) }, ['lastName']],
  ['a telephone number with letters', { phone: 'call me' }, ['phone']],
])('refuses %s without repeating it', async (_case, over, field) => {
  const answer = await send(aStaffMember(), aCustomer(over));

  expect(answer).toMatchObject({ customer: null, userErrors: [{ code: 'INVALID', field }] });
  expect(answer.userErrors[0]?.message).not.toContain(Object.values(over)[0]);
});

test('an importer gives the id, and a repetition finds the customer there', async () => {
  const tenantId = newId();
  const input = {
    id: newId(),
    email: 'customer-17850@example.invalid',
    firstName: null,
    lastName: null,
    phone: null,
    languageCode: null,
    acceptsMarketing: false,
    groups: ['imported'],
  };

  const first = await house.command('customers', tenantId, (tx) => createCustomer(tx, input));
  const second = await house.command('customers', tenantId, (tx) => createCustomer(tx, input));

  expect(first.value).toEqual({ customerId: input.id });
  expect(second.refusals).toMatchObject([{ code: 'EMAIL_TAKEN' }]);
});
