import { money, sum } from '@ordergraph/money';
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { matchReturns, type Purchase, type ReturnedGoods } from '../src/domain/match-returns.ts';

const pounds = (minor: number | bigint) => money(BigInt(minor), 'GBP');

function goods(over: Partial<ReturnedGoods> & { minor?: number } = {}): ReturnedGoods {
  const { minor = 510, ...rest } = over;
  return { sku: 'HEART', quantity: 2, unitPrice: '2.55', amount: pounds(minor), ...rest };
}

function purchase(over: Partial<Purchase> = {}): Purchase {
  return {
    orderId: 'order-1',
    orderLineId: 'line-1',
    variantId: 'variant-1',
    sku: 'HEART',
    unitPrice: '2.55',
    unitsLeft: 10,
    ...over,
  };
}

const paid = (minor: number, ...orderIds: string[]) =>
  new Map((orderIds.length > 0 ? orderIds : ['order-1']).map((id) => [id, pounds(minor)]));

test('goods are matched with the purchase that they come from, at the money that goes back', () => {
  const { matched, unmatched } = matchReturns([goods({ minor: 400 })], [purchase()], paid(2_550));

  expect([...matched]).toEqual([
    ['order-1', [{ orderLineId: 'line-1', variantId: 'variant-1', quantity: 2, amount: pounds(400) }]],
  ]);
  expect(unmatched).toEqual([]);
});

test('purchases at the same price go before others', () => {
  const dearer = purchase({ orderId: 'order-2', orderLineId: 'line-2', unitPrice: '2.95' });

  const { matched } = matchReturns(
    [goods()],
    [dearer, purchase({ unitPrice: '2.550' })],
    paid(2_550, 'order-1', 'order-2'),
  );

  expect([...matched.keys()]).toEqual(['order-1']);
});

test('goods of several purchases are split, and their money with them', () => {
  const purchases = [purchase({ unitsLeft: 1 }), purchase({ orderId: 'order-2', orderLineId: 'line-2', unitsLeft: 1 })];

  const { matched, unmatched } = matchReturns(
    [goods({ quantity: 3, minor: 100 })],
    purchases,
    paid(500, 'order-1', 'order-2'),
  );

  expect([...matched.values()].flat().map(({ amount }) => amount)).toEqual([pounds(33), pounds(34)]);
  expect(unmatched).toEqual([{ index: 0, quantity: 1, amount: pounds(33) }]);
});

test('the same goods twice become one entry of their order line', () => {
  const { matched } = matchReturns([goods(), goods({ quantity: 1, minor: 255 })], [purchase()], paid(2_550));

  expect(matched.get('order-1')).toMatchObject([{ quantity: 3, amount: pounds(765) }]);
});

test('an order that was not paid enough gives nothing back for them', () => {
  const { matched, unmatched } = matchReturns([goods()], [purchase()], paid(509));

  expect(matched.size).toBe(0);
  expect(unmatched).toEqual([{ index: 0, quantity: 2, amount: pounds(510) }]);
});

test('a refund of nothing is none', () => {
  const { matched, unmatched } = matchReturns([goods({ minor: 0 })], [purchase()], paid(2_550));

  expect(matched.size).toBe(0);
  expect(unmatched).toEqual([{ index: 0, quantity: 2, amount: pounds(0) }]);
});

test('units and money are neither lost nor made, and no order gives more than it has', () => {
  const sku = constantFrom('A', 'B');
  const unitPrice = constantFrom('1', '2.55');
  const someGoods = record({
    sku,
    unitPrice,
    quantity: integer({ min: 1, max: 9 }),
    minor: integer({ min: 0, max: 900 }),
  });
  const somePurchase = record({
    sku,
    unitPrice,
    unitsLeft: integer({ min: 0, max: 6 }),
    order: integer({ min: 0, max: 2 }),
  });
  assert(
    property(
      array(someGoods, { maxLength: 6 }),
      array(somePurchase, { maxLength: 8 }),
      integer({ min: 0, max: 1_500 }),
      (returned, bought, each) => {
        const all = returned.map(({ minor, ...rest }) => goods({ minor, ...rest }));
        const purchases = bought.map(({ order, ...rest }, index) =>
          purchase({ ...rest, orderId: `order-${order}`, orderLineId: `line-${index}` }),
        );
        const payable = paid(each, 'order-0', 'order-1', 'order-2');

        const { matched, unmatched } = matchReturns(all, purchases, payable);

        const units = [...matched.values()].flat();
        const unitsOf = (some: readonly { quantity: number }[]) =>
          some.reduce((total, { quantity }) => total + quantity, 0);
        const moneyOf = (some: readonly { amount: ReturnedGoods['amount'] }[]) =>
          sum(
            'GBP',
            some.map(({ amount }) => amount),
          ).minor;
        expect(unitsOf(units) + unitsOf(unmatched)).toBe(unitsOf(all));
        expect(moneyOf(units) + moneyOf(unmatched)).toBe(moneyOf(all));
        for (const { orderLineId, quantity } of units) {
          expect(quantity).toBeLessThanOrEqual(
            purchases.find((one) => one.orderLineId === orderLineId)?.unitsLeft ?? 0,
          );
        }
        for (const ofOrder of matched.values()) {
          expect(moneyOf(ofOrder) > 0n && moneyOf(ofOrder) <= BigInt(each)).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});
