import { aViewer, expectData, startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { Viewer } from '@ordergraph/identity';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deactivateStaffMember } from '../src/commands/deactivate-staff-member.ts';
import { builtInRoleId, definition, firstOwnerId, type BuiltInRole } from '../src/index.ts';
import { anOwner, mutate, published } from './a-merchant.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

interface Person {
  id: string;
  name: string;
  email: string;
  isActive: boolean;
  roles: { name: string }[];
}

const roleId = (viewer: Viewer, name: BuiltInRole) => encodeId('Role', builtInRoleId(viewer.tenantId ?? '', name));
const ownerId = (viewer: Viewer) => encodeId('StaffMember', firstOwnerId(viewer.tenantId ?? ''));

const staff = (viewer: Viewer, field: string, input: object) =>
  mutate<{ staffMember: Person | null }>(
    house,
    viewer,
    field,
    input,
    'staffMember { id name email isActive roles { name } }',
  );

const invite = (viewer: Viewer, over: object = {}) =>
  staff(viewer, 'staffMemberInvite', {
    email: 'bob@example.com',
    name: 'Bob',
    roleIds: [roleId(viewer, 'support')],
    idempotencyKey: newId(),
    ...over,
  });

/** Somebody of the same merchant who may write accounts, and little else. */
const aDeputy = (owner: Viewer, scopes: readonly string[] = []) =>
  aViewer({ tenantId: owner.tenantId, scopes: ['read_accounts', 'write_accounts', ...scopes] });

test('an owner invites a person once per key', async () => {
  const owner = await anOwner(house);
  const idempotencyKey = newId();

  const first = await invite(owner, { idempotencyKey, email: ' Bob@Example.com' });
  const second = await invite(owner, { idempotencyKey, email: ' Bob@Example.com' });

  expect(first.staffMember).toMatchObject({ email: 'bob@example.com', isActive: true, roles: [{ name: 'support' }] });
  expect(second).toEqual(first);
});

test('one address works for a merchant once, and for another merchant too', async () => {
  const owner = await anOwner(house);
  await invite(owner);

  const again = await invite(owner, { email: 'BOB@example.com' });
  const elsewhere = await invite(await anOwner(house));

  expect(again).toEqual({ staffMember: null, userErrors: [{ code: 'TAKEN', field: ['email'] }] });
  expect(elsewhere.staffMember?.email).toBe('bob@example.com');
});

test.each([
  ['no role', { roleIds: [] }, 'INVALID', 'roleIds'],
  ['a role that does not exist', { roleIds: [encodeId('Role', newId())] }, 'NOT_FOUND', 'roleIds'],
  ['an id that is no role’s', { roleIds: ['nonsense'] }, 'NOT_FOUND', 'roleIds'],
  ['an address that is none', { email: 'bob' }, 'INVALID', 'email'],
  ['an empty name', { name: '' }, 'INVALID', 'name'],
])('refuses an invitation with %s', async (_name, over, code, field) => {
  expect(await invite(await anOwner(house), over)).toEqual({
    staffMember: null,
    userErrors: [{ code, field: [field] }],
  });
});

test('nobody gives a role that grants more than they hold', async () => {
  const owner = await anOwner(house);

  const answer = await invite(aDeputy(owner), { roleIds: [roleId(owner, 'owner')] });

  expect(answer).toEqual({ staffMember: null, userErrors: [{ code: 'SCOPE_ESCALATION', field: ['roleIds'] }] });
});

test('a person keeps a role that the caller could not have given, and gets no new one of that kind', async () => {
  const owner = await anOwner(house);
  const { staffMember } = await invite(owner);
  const deputy = aDeputy(owner, ['read_orders']);
  const update = (roles: BuiltInRole[]) =>
    staff(deputy, 'staffMemberUpdate', {
      id: staffMember?.id,
      name: 'Robert',
      roleIds: roles.map((name) => roleId(owner, name)),
    });

  expect(await update(['support'])).toMatchObject({ staffMember: { name: 'Robert' }, userErrors: [] });
  expect(await update(['support', 'operations'])).toMatchObject({ userErrors: [{ code: 'SCOPE_ESCALATION' }] });
});

test('the last owner can neither leave nor lose the role, until there is another', async () => {
  const owner = await anOwner(house);
  const id = ownerId(owner);
  const demote = () => staff(owner, 'staffMemberUpdate', { id, roleIds: [roleId(owner, 'viewer')] });
  const deactivate = () => staff(owner, 'staffMemberDeactivate', { id });

  expect((await demote()).userErrors).toEqual([{ code: 'LAST_OWNER', field: ['roleIds'] }]);
  expect((await deactivate()).userErrors).toEqual([{ code: 'LAST_OWNER', field: ['id'] }]);

  await invite(owner, { roleIds: [roleId(owner, 'owner')] });
  expect((await demote()).staffMember?.roles).toEqual([{ name: 'viewer' }]);
  expect((await deactivate()).staffMember?.isActive).toBe(false);
});

test('of two owners who remove each other at once, one stays', async () => {
  const owner = await anOwner(house);
  const tenantId = owner.tenantId ?? '';
  const { staffMember } = await invite(owner, { roleIds: [roleId(owner, 'owner')] });
  const second = decodeId('StaffMember', staffMember?.id ?? '');
  let late: Promise<unknown> | undefined;

  const first = await house.command('accounts', tenantId, async (tx) => {
    const outcome = await deactivateStaffMember(tx, { staffMemberId: firstOwnerId(tenantId) });
    late = house.command('accounts', tenantId, (other) => deactivateStaffMember(other, { staffMemberId: second }));
    const isWaitingForUs = async () => {
      const waiting = await tx.em.execute(
        'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
      );
      return waiting.length > 0;
    };
    await Promise.race([late, waitFor(isWaitingForUs)]);
    return outcome;
  });

  expect(first.value).toBeDefined();
  expect(await late).toMatchObject({ refusals: [{ code: 'LAST_OWNER' }] });
});

test('somebody who left comes back as the same person, and each step is told once', async () => {
  const owner = await anOwner(house);
  const { staffMember } = await invite(owner);
  await staff(owner, 'staffMemberDeactivate', { id: staffMember?.id });
  await staff(owner, 'staffMemberDeactivate', { id: staffMember?.id });

  const back = await invite(owner, { name: 'Bob again' });

  expect(back.staffMember).toMatchObject({ id: staffMember?.id, name: 'Bob again', isActive: true });
  const changes = (await published(house, owner.tenantId ?? '')).filter(({ type }) => type === 'StaffMemberChanged');
  expect(changes.map(({ payload }) => payload['change'])).toEqual(['INVITED', 'INVITED', 'DEACTIVATED', 'INVITED']);
});

test('another merchant’s staff are nobody', async () => {
  const owner = await anOwner(house);
  const { staffMember } = await invite(owner);
  const foreign = await anOwner(house);
  const read = await house.execute('accounts', foreign, 'query ($id: ID!) { staffMember(id: $id) { id } }', {
    id: staffMember?.id,
  });

  expect(expectData(read)).toEqual({ staffMember: null });
  for (const field of ['staffMemberUpdate', 'staffMemberDeactivate']) {
    const answer = await staff(foreign, field, { id: staffMember?.id });
    expect(answer).toEqual({ staffMember: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
  }
});

test('people are found by the beginnings of their names and addresses', async () => {
  const owner = await anOwner(house);
  await invite(owner, { email: 'grace@navy.example', name: 'Grace Hopper' });
  await invite(owner, { email: 'z.mueller@example.com', name: 'Zoë Müller' });
  const find = async (search: string) =>
    expectData<{ staffMembers: { nodes: { name: string }[] } }>(
      await house.execute(
        'accounts',
        owner,
        'query ($search: String) { staffMembers(first: 10, search: $search) { nodes { name } } }',
        { search },
      ),
    ).staffMembers.nodes.map(({ name }) => name);

  expect(await find('hopp grace')).toEqual(['Grace Hopper']);
  expect(await find('MULL')).toEqual(['Zoë Müller']);
  expect(await find('example')).toEqual(['Zoë Müller', 'Grace Hopper', 'ada']);
  expect(await find('grace nobody')).toEqual([]);
  expect(await find('  ')).toHaveLength(3);
  expect(await find('!')).toEqual([]);
});

test('the staff see themselves in viewer, which notes that they were there', async () => {
  const owner = await anOwner(house);
  const ask = async () =>
    expectData<{ viewer: { staffMember: { id: string; lastActiveAt: string | null } } }>(
      await house.execute('accounts', owner, '{ viewer { staffMember { id lastActiveAt } } }'),
    ).viewer.staffMember;

  expect(await ask()).toEqual({ id: ownerId(owner), lastActiveAt: null });
  expect((await ask()).lastActiveAt).not.toBeNull();
});

test('shoppers do not reach staff, neither by a field nor by a reference', async () => {
  const owner = await anOwner(house);
  const shopper = aViewer({ tenantId: owner.tenantId, type: 'CUSTOMER' });
  const representations = [{ __typename: 'StaffMember', id: ownerId(owner) }];

  const field = await house.execute('accounts', shopper, '{ staffMembers(first: 1) { nodes { email } } }');
  const reference = await house.execute(
    'accounts',
    shopper,
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on StaffMember { email } } }',
    { representations },
  );

  expect(field.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  expect(expectData(reference)).toEqual({ _entities: [null] });
});

test('a dead letter that does not exist is not found, and only who may settle sagas may ask', async () => {
  const owner = await anOwner(house);
  const input = { id: encodeId('DeadLetter', newId()), reason: 'looked at it' };
  const query =
    'mutation ($input: AccountDeadLetterRetryInput!) { accountDeadLetterRetry(input: $input) { userErrors { code } } }';

  const answer = await mutate(house, owner, 'accountDeadLetterDiscard', input, 'deadLetter { id }');
  const refused = await house.execute('accounts', aDeputy(owner), query, { input });

  expect(answer).toEqual({ deadLetter: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
  expect(refused.errors?.[0]?.extensions).toMatchObject({ requiredScopes: ['write_sagas'] });
});
