import { expect, test } from 'vitest';
import { eventContracts } from '../src/index.ts';

const reserveStock = {
  cartId: '0193a1c0-0000-7000-8000-000000000001',
  lines: [{ variantId: '0193a1c0-0000-7000-8000-000000000002', quantity: 2 }],
  expiresAt: '2026-11-22T09:40:00.000Z',
};

const customerCreated = {
  customerId: '0193a1c0-0000-7000-8000-000000000003',
  email: { subject: '0193a1c0-0000-7000-8000-000000000003', keyId: 'key-1', ciphertext: 'c2VhbGVk' },
  groups: [],
  acceptsMarketing: false,
};

test('a payload that fits its contract is written as it is, instants as strings', () => {
  expect(eventContracts.writePayload('ReserveStock', reserveStock)).toEqual(reserveStock);
});

test('a writer is told the path of every field that does not fit', () => {
  const lines = [{ variantId: 'v', quantity: 1.5, color: 'red' }];

  const write = () => eventContracts.writePayload('ReserveStock', { ...reserveStock, lines, expiresAt: 'tomorrow' });

  expect(write).toThrow(/Payload of ReserveStock.*lines\.0\.quantity.*"color".*expiresAt/s);
});

test('a writer may not leave out what the contract requires', () => {
  expect(() => eventContracts.writePayload('ReserveStock', { cartId: 'c', lines: [] })).toThrow(/expiresAt/);
});

test('a reader passes over fields it does not know, at any depth', () => {
  const newer = { ...reserveStock, priority: 1, lines: [{ ...reserveStock.lines[0], color: 'red' }] };

  expect(eventContracts.readPayload('ReserveStock', newer)).toEqual(reserveStock);
});

test('a reader refuses what it knows when it does not fit', () => {
  expect(() => eventContracts.readPayload('ReserveStock', { ...reserveStock, lines: 'none' })).toThrow(/lines/);
  expect(() => eventContracts.readPayload('ReserveStock', null)).toThrow(/ReserveStock/);
});

test.each([
  ['a number for money', 19.9],
  ['a decimal comma', '19,90'],
])('money refuses %s', (_what, amount) => {
  const capture = { paymentId: 'p', orderId: 'o', amount: { amount, currencyCode: 'EUR' } };

  expect(() => eventContracts.writePayload('CapturePayment', capture)).toThrow(/amount\.amount/);
});

test.each([['2026-11-22'], ['2026-13-22T09:40:00.000Z'], ['2026-11-22T09:40:00+01:00'], [1_763_804_400_000]])(
  'an instant refuses %s',
  (expiresAt) => {
    expect(() => eventContracts.writePayload('ReserveStock', { ...reserveStock, expiresAt })).toThrow(/expiresAt/);
  },
);

test('a personal value that was not sealed is refused, and the refusal does not repeat it', () => {
  const write = () => eventContracts.writePayload('CustomerCreated', { ...customerCreated, email: 'ada@example.com' });

  expect(write).toThrow(/sealed value/);
  expect(write).not.toThrow(/ada@example\.com/);
});

test('what holds a sealed value, however deep, is classified as personal', () => {
  expect(eventContracts.find('CustomerCreated').classification).toBe('PERSONAL');
  expect(eventContracts.find('ReserveStock').classification).toBe('INTERNAL');
});

test('a contract names its publisher, its ordering key and, for a command, who obeys', () => {
  expect(eventContracts.find('StockReserved')).toMatchObject({
    publisher: 'inventory',
    aggregateField: 'cartId',
    version: 1,
  });
  expect(eventContracts.find('ReserveStock')).toMatchObject({ publisher: 'orders', command: { to: 'inventory' } });
});

test('all stock commands and their answers carry one ordering key, the id of the cart', () => {
  const stock = eventContracts.names
    .map((name) => eventContracts.find(name))
    .filter(({ name, command }) => command?.to === 'inventory' || /^Stock(?!Status)/.test(name));

  expect(stock).toHaveLength(11);
  expect(new Set(stock.map(({ aggregateField }) => aggregateField))).toEqual(new Set(['cartId']));
});

test('an event that nobody defined is unknown', () => {
  expect(eventContracts.has('OrderLost')).toBe(false);
  expect(() => eventContracts.find('OrderLost')).toThrow(/schema\/events/);
});
