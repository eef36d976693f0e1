import { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Viewer } from '@ordergraph/identity';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ApiKey } from '../src/entities/api-key.entity.ts';
import { StaffMember } from '../src/entities/staff-member.entity.ts';
import { builtInRoleId, definition, firstOwnerId } from '../src/index.ts';
import { anOwner, mutate } from './a-merchant.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => house.stop());

interface Ref {
  readonly type: 'CUSTOMER' | 'STAFF' | 'APP' | 'SYSTEM';
  readonly id: string | null;
}

const ownerOf = (viewer: Viewer): Ref => ({
  type: 'STAFF',
  id: encodeId('StaffMember', firstOwnerId(viewer.tenantId ?? '')),
});

const ask = (viewer: Viewer, refs: readonly Ref[]) =>
  house.execute(
    'accounts',
    viewer,
    'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on ActorRef { displayName } } }',
    { refs: refs.map((ref) => ({ __typename: 'ActorRef', ...ref })) },
  );

async function namesOf(viewer: Viewer, refs: readonly Ref[]): Promise<(string | null)[]> {
  const { _entities } = expectData<{ _entities: ({ displayName: string | null } | null)[] }>(await ask(viewer, refs));
  return _entities.map((entity) => entity?.displayName ?? null);
}

async function anInvitation(owner: Viewer, name: string): Promise<Ref> {
  const roleIds = [encodeId('Role', builtInRoleId(owner.tenantId ?? '', 'support'))];
  const { staffMember } = await mutate<{ staffMember: { id: string } }>(
    house,
    owner,
    'staffMemberInvite',
    { email: `${newId()}@example.com`, name, roleIds, idempotencyKey: newId() },
    'staffMember { id }',
  );
  return { type: 'STAFF', id: staffMember.id };
}

async function aKey(owner: Viewer, name: string): Promise<Ref> {
  const { apiKey } = await mutate<{ apiKey: { id: string } }>(
    house,
    owner,
    'apiKeyCreate',
    { name, kind: 'SECRET', scopes: ['read_orders'], idempotencyKey: newId() },
    'apiKey { id }',
  );
  return { type: 'APP', id: apiKey.id };
}

test('staff and partners read the names of staff and of API keys', async () => {
  const owner = await anOwner(house);
  const [bob, app] = [await anInvitation(owner, 'Bob'), await aKey(owner, 'Stock sync')];
  const partner = aViewer({ tenantId: owner.tenantId, type: 'APP', scopes: ['read_accounts'] });

  for (const reader of [owner, partner]) {
    expect(await namesOf(reader, [bob, ownerOf(owner), app])).toEqual(['Bob', 'ada', 'Stock sync']);
  }
});

test('a name stays when its owner has left', async () => {
  const owner = await anOwner(house);
  const [bob, app] = [await anInvitation(owner, 'Bob'), await aKey(owner, 'Stock sync')];
  await mutate(house, owner, 'staffMemberDeactivate', { id: bob.id }, 'staffMember { id }');
  await mutate(house, owner, 'apiKeyRevoke', { id: app.id, reason: 'Lost' }, 'apiKey { id }');

  expect(await namesOf(owner, [bob, app])).toEqual(['Bob', 'Stock sync']);
});

test('a long history costs one query for people and one for keys', async () => {
  const owner = await anOwner(house);
  const [bob, app] = [await anInvitation(owner, 'Bob'), await aKey(owner, 'Stock sync')];
  const history = Array.from({ length: 50 }, () => [bob, ownerOf(owner), app]).flat();
  const find = vi.spyOn(SqlEntityManager.prototype, 'find');

  const names = await namesOf(owner, history);

  expect(names.filter((name) => name === 'Bob')).toHaveLength(50);
  expect(find.mock.calls.map(([entity]) => entity)).toEqual([StaffMember, ApiKey]);
});

test('nobody has a name that is not here: the product, customers, strangers, an id of another type', async () => {
  const owner = await anOwner(house);

  const names = await namesOf(owner, [
    { type: 'SYSTEM', id: null },
    { type: 'CUSTOMER', id: encodeId('Customer', newId()) },
    { type: 'CUSTOMER', id: ownerOf(owner).id },
    { type: 'APP', id: ownerOf(owner).id },
    { type: 'STAFF', id: encodeId('StaffMember', newId()) },
    { type: 'STAFF', id: 'nonsense' },
  ]);

  expect(names).toEqual([null, null, null, null, null, null]);
});

test.each(['CUSTOMER', 'ANONYMOUS', 'PLATFORM_OPERATOR'] as const)('a %s learns no name', async (type) => {
  const owner = await anOwner(house);
  const app = await aKey(owner, 'Stock sync');
  const reader = aViewer({ tenantId: type === 'PLATFORM_OPERATOR' ? null : owner.tenantId, type });

  expect(await namesOf(reader, [ownerOf(owner), app])).toEqual([null, null]);
});

test('staff of another merchant learn no name', async () => {
  const owner = await anOwner(house);
  const app = await aKey(owner, 'Stock sync');

  expect(await namesOf(await anOwner(house), [ownerOf(owner), app])).toEqual([null, null]);
});

test('staff who may not see staff are told which right they lack', async () => {
  const owner = await anOwner(house);
  const clerk = aViewer({ tenantId: owner.tenantId, scopes: ['read_orders'] });

  const { data, errors } = await ask(clerk, [ownerOf(owner)]);

  expect(data).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', requiredScopes: ['read_accounts'] });
});
