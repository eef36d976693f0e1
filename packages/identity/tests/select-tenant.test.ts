import { expect, test } from 'vitest';
import { selectTenant, viewerOf } from '../src/index.ts';

const acme = '0193a1b2-0000-7000-8000-000000000001';
const bolt = '0193a1b2-0000-7000-8000-000000000002';
const stranger = '0193a1b2-0000-7000-8000-000000000003';

test('takes the only merchant of a token', () => {
  expect(selectTenant({ actorType: 'CUSTOMER', merchants: [acme] }, undefined)).toBe(acme);
});

test('lets the header choose among the merchants of a token, in either case', () => {
  expect(selectTenant({ actorType: 'STAFF', merchants: [acme, bolt] }, bolt)).toBe(bolt);
  expect(selectTenant({ actorType: 'STAFF', merchants: [acme, bolt] }, bolt.toUpperCase())).toBe(bolt);
});

test.each([stranger, '', 'nonsense', `${acme},${stranger}`])(
  'refuses %j, which the token does not grant',
  (selector) => {
    expect(() => selectTenant({ actorType: 'STAFF', merchants: [acme] }, selector)).toThrow(
      expect.objectContaining({ code: 'TENANT_MISMATCH' }),
    );
  },
);

test('asks for the header when a token grants several merchants', () => {
  expect(() => selectTenant({ actorType: 'STAFF', merchants: [acme, bolt] }, undefined)).toThrow(
    /Send the header X-Tenant-ID/,
  );
});

test('gives a platform operator no tenant, whatever the token or the header names', () => {
  expect(selectTenant({ actorType: 'PLATFORM_OPERATOR', merchants: [acme] }, undefined)).toBeNull();
  expect(() => selectTenant({ actorType: 'PLATFORM_OPERATOR', merchants: [acme] }, acme)).toThrow(
    expect.objectContaining({ code: 'TENANT_MISMATCH' }),
  );
});

test('hides the subject of an anonymous token from subgraphs', () => {
  const claims = { subject: stranger, actorType: 'ANONYMOUS', merchants: [acme], scopes: [], expiresAt: 1 } as const;

  expect(viewerOf(claims, { tenantId: acme, requestId: 'r' })).toEqual({
    tenantId: acme,
    actor: { type: 'ANONYMOUS', id: null },
    scopes: [],
    requestId: 'r',
  });
});
