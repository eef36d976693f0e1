import { expect, test } from 'vitest';
import { actorRef, decodeId } from '../src/index.ts';

const id = '01930000-0000-7000-8000-000000000001';

test.each([
  ['CUSTOMER', 'Customer'],
  ['STAFF', 'StaffMember'],
  ['APP', 'ApiKey'],
] as const)('a %s is named by the id of a %s', (type, entity) => {
  const ref = actorRef({ type, id });

  expect(ref.type).toBe(type);
  expect(decodeId(entity, ref.id ?? '')).toBe(id);
});

test('a shopper who was not signed in has no id', () => {
  expect(actorRef({ type: 'CUSTOMER', id: null })).toEqual({ type: 'CUSTOMER', id: null });
});

test.each(['SYSTEM', 'CARRIER'] as const)('what a %s does is the product’s doing', (type) => {
  expect(actorRef({ type, id })).toEqual({ type: 'SYSTEM', id: null });
});
