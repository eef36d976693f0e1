import { expect, test } from 'vitest';
import { sealingDdl } from '../src/index.ts';

const ownTenant = `tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid as "nullif")`;

test('every policy names its roles, so that none is bound that is not named', () => {
  const policies = sealingDdl(['app_orders', 'app_payments'], 'app_customers').filter((line) =>
    line.startsWith('create policy'),
  );

  expect(policies).toHaveLength(3);
  for (const policy of policies) expect(policy).toContain('to "app_orders", "app_payments", "app_customers" ');
});

test('both tenant policies have the one form that is fast, safe without a tenant and free of drift', () => {
  const policies = sealingDdl(['app_orders'], 'app_customers').filter((line) =>
    line.startsWith('create policy tenant'),
  );

  expect(policies).toHaveLength(2);
  for (const policy of policies) expect(policy).toMatch(/ using \((.*)\) with check \(\1\)$/);
  for (const policy of policies) expect(policy).toContain(`using (${ownTenant})`);
});

test('only the eraser is granted an update', () => {
  const updates = sealingDdl(['app_orders', 'app_customers'], 'app_customers').filter((line) =>
    /^grant .*update/.test(line),
  );

  expect(updates).toEqual([
    'grant insert (destroyed_at), update (wrapped_key, destroyed_at) on sealing.subject_key to "app_customers"',
  ]);
});

test('a role is named once, however often it is listed', () => {
  const [usage] = sealingDdl(['app_orders', 'app_customers', 'app_orders'], 'app_customers').filter((line) =>
    line.startsWith('grant usage'),
  );

  expect(usage).toBe('grant usage on schema sealing to "app_orders", "app_customers"');
});

test.each(['', 'App', 'a"b', 'a; drop table x', 'public role', '1a', 'a'.repeat(64)])(
  '%j is refused as a role',
  (role) => {
    expect(() => sealingDdl([role], 'app_customers')).toThrow(TypeError);
    expect(() => sealingDdl([], role)).toThrow(TypeError);
  },
);
