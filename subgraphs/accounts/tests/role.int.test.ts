import { aViewer, expectData, startTestHouse, type TestHouse } from '@ordergraph/testing';
import { encodeId } from '@ordergraph/subgraph-server';
import type { Viewer } from '@ordergraph/identity';
import { newId } from '@ordergraph/tenancy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allScopes, builtInRoleId, definition } from '../src/index.ts';
import { anOwner, mutate, published } from './a-merchant.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await startTestHouse({ subgraphs: [definition] });
});
afterAll(() => house.stop());

const upsert = (viewer: Viewer, input: object) =>
  mutate<{ role: { id: string; name: string; scopes: string[] } | null }>(
    house,
    viewer,
    'roleUpsert',
    { name: 'Packing', scopes: ['read_orders'], ...input },
    'role { id name scopes }',
  );

const remove = (viewer: Viewer, id: string | undefined) =>
  mutate<{ deletedId: string | null }>(house, viewer, 'roleDelete', { id }, 'deletedId');

test('a role is created, changed and deleted, and each change says what was before', async () => {
  const owner = await anOwner(house);

  const created = await upsert(owner, {});
  const changed = await upsert(owner, {
    id: created.role?.id,
    name: 'Packers',
    scopes: ['write_orders', 'read_orders'],
  });
  const deleted = await remove(owner, created.role?.id);

  expect(created.role).toMatchObject({ name: 'Packing', scopes: ['read_orders'] });
  expect(changed.role).toEqual({ id: created.role?.id, name: 'Packers', scopes: ['read_orders', 'write_orders'] });
  expect(deleted).toEqual({ deletedId: created.role?.id, userErrors: [] });
  const changes = (await published(house, owner.tenantId ?? '')).filter(({ type }) => type === 'RoleChanged').slice(4);
  expect(changes.map(({ payload }) => [payload['scopesBefore'], payload['scopesAfter']])).toEqual([
    [null, ['read_orders']],
    [['read_orders'], ['read_orders', 'write_orders']],
    [['read_orders', 'write_orders'], null],
  ]);
});

test('refuses a second role of one name, an unknown scope, an empty name and an unknown id', async () => {
  const owner = await anOwner(house);
  await upsert(owner, {});

  expect((await upsert(owner, {})).userErrors).toEqual([{ code: 'TAKEN', field: ['name'] }]);
  expect((await upsert(owner, { name: 'owner' })).userErrors).toEqual([{ code: 'TAKEN', field: ['name'] }]);
  expect((await upsert(owner, { name: 'X', scopes: ['write_moon'] })).userErrors).toEqual([
    { code: 'INVALID', field: ['scopes'] },
  ]);
  expect((await upsert(owner, { name: ' ' })).userErrors).toEqual([{ code: 'INVALID', field: ['name'] }]);
  for (const id of [encodeId('Role', newId()), 'nonsense']) {
    expect((await upsert(owner, { id })).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
    expect((await remove(owner, id)).userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
  }
});

test('nobody adds a scope that they do not hold, but may leave one that is there', async () => {
  const owner = await anOwner(house);
  const { role } = await upsert(owner, { scopes: ['write_refunds'] });
  const deputy = aViewer({ tenantId: owner.tenantId, scopes: ['write_accounts', 'read_orders'] });

  const added = await upsert(deputy, { id: role?.id, scopes: ['write_refunds', 'write_captures'] });
  const kept = await upsert(deputy, { id: role?.id, scopes: ['write_refunds', 'read_orders'] });

  expect(added).toEqual({ role: null, userErrors: [{ code: 'SCOPE_ESCALATION', field: ['scopes'] }] });
  expect(kept.role?.scopes).toEqual(['read_orders', 'write_refunds']);
});

test('built-in roles stay as they are, and a role that somebody has stays', async () => {
  const owner = await anOwner(house);
  const builtIn = encodeId('Role', builtInRoleId(owner.tenantId ?? '', 'support'));
  const { role } = await upsert(owner, {});
  await mutate(
    house,
    owner,
    'staffMemberInvite',
    { email: 'bob@example.com', name: 'Bob', roleIds: [role?.id], idempotencyKey: newId() },
    'staffMember { id }',
  );

  const locked = [{ code: 'ROLE_LOCKED', field: ['id'] }];
  expect((await upsert(owner, { id: builtIn })).userErrors).toEqual(locked);
  expect((await remove(owner, builtIn)).userErrors).toEqual(locked);
  expect((await remove(owner, role?.id)).userErrors).toEqual(locked);
});

test('the catalogue of scopes is what an owner has', async () => {
  const owner = await anOwner(house);
  const id = encodeId('Role', builtInRoleId(owner.tenantId ?? '', 'owner'));

  const data = expectData<{ scopes: { name: string }[]; role: { scopes: string[] } }>(
    await house.execute(
      'accounts',
      owner,
      'query ($id: ID!) { scopes { name description isSensitive } role(id: $id) { scopes } }',
      { id },
    ),
  );

  expect(data.scopes.map(({ name }) => name)).toEqual(allScopes);
  expect(data.role.scopes).toEqual(allScopes);
});
