import { formatMoney, parseMoney } from '@ordergraph/money';
import { expect, test } from 'vitest';
import { priceLine, totalsOf, type TaxRules } from '../src/domain/pricing.ts';
import {
  quoteEverything,
  quoteRefund,
  type QuoteRefusal,
  type RefundQuote,
  type RefundRequest,
} from '../src/domain/refund-quote.ts';
import { captured, type RefundLedger } from './refund-ledger.ts';

const eur = (amount: string) => parseMoney({ amount, currencyCode: 'EUR' });
const vat = { taxCode: 'standard', title: 'VAT', rate: '0.19' };

/** Three mugs for 10.00 in all, a book for 20.00, shipping for 4.90; 34.90 captured. */
function anOrder({ taxesIncluded = true, capture = null as string | null } = {}): RefundLedger {
  const rules: TaxRules = { taxesIncluded, taxRates: [vat, { ...vat, taxCode: 'shipping' }] };
  const lines = [
    { quantity: 3, ...priceLine({ unitPrice: '3.3333', quantity: 3, taxCode: 'standard' }, 'EUR', rules) },
    { quantity: 1, ...priceLine({ unitPrice: '20', quantity: 1, taxCode: 'none' }, 'EUR', rules) },
  ];
  const totals = totalsOf(lines, eur('4.90'), eur('0'), rules);
  return captured({ lines, totals }, capture === null ? totals.grandTotal : eur(capture));
}

const units = (line: number, quantity: number) => ({
  orderLineId: `line-${line}`,
  quantity,
  disposition: 'RESTOCK' as const,
  locationId: null,
});
const request = (given: Partial<RefundRequest>): RefundRequest => ({
  lines: [],
  refundShipping: false,
  amount: null,
  ...given,
});

function quote(ledger: RefundLedger, given: Partial<RefundRequest>): RefundQuote {
  const answer = quoteRefund(ledger.order, request(given));
  if ('code' in answer) throw new Error(`${answer.code}: ${answer.message}`);
  return answer;
}
function refusal(ledger: RefundLedger, given: Partial<RefundRequest>): QuoteRefusal['code'] | null {
  const answer = quoteRefund(ledger.order, request(given));
  return 'code' in answer ? answer.code : null;
}
const show = ({ total, tax, shipping, lines }: RefundQuote) => ({
  total: formatMoney(total).amount,
  tax: formatMoney(tax).amount,
  shipping: formatMoney(shipping).amount,
  lines: lines.map((line) => formatMoney(line.amount).amount),
});

test('gives back the share of the units, tax within', () => {
  expect(show(quote(anOrder(), { lines: [units(1, 1)] }))).toEqual({
    total: '3.33',
    tax: '0.53',
    shipping: '0.00',
    lines: ['3.33'],
  });
});

test('while the rest can still be captured, only what was captured goes back, and not goods for less than they cost', () => {
  const everything = { lines: [units(1, 3), units(2, 1)], refundShipping: true };
  for (const [capture, points] of [
    ['0', 500],
    ['10.00', 0],
    ['10.00', 500],
  ] as const) {
    const ledger = anOrder({ capture });
    ledger.order = { ...ledger.order, redeemedPoints: points, isMoreCapturable: true };
    expect(refusal(ledger, everything)).toBe('REFUND_EXCEEDS_PAID');
    // A cancellation gives up what was not captured, and gives back what was.
    const cancelled = quoteEverything(ledger.order);
    expect(cancelled && show(cancelled)).toMatchObject({ total: formatMoney(eur(capture)).amount });
    expect(cancelled?.lines).toHaveLength(2);
    ledger.order = { ...ledger.order, isMoreCapturable: false };
    expect(show(quote(ledger, everything)).total).toBe(formatMoney(eur(capture)).amount);
  }
});

test('goods that points paid in full bring back the points before anything is captured', () => {
  const ledger = anOrder({ capture: '0' });
  const [mugs, book] = ledger.order.lines;
  if (!mugs || !book) throw new Error('Expected two lines.');
  const lines = [mugs, { ...book, total: eur('0'), tax: eur('0') }];
  ledger.order = { ...ledger.order, lines, redeemedPoints: 2_000, isMoreCapturable: true };

  expect(show(quote(ledger, { lines: [units(2, 1)] })).total).toBe('0.00');
  expect(refusal(ledger, { lines: [units(1, 1), units(2, 1)] })).toBe('REFUND_EXCEEDS_PAID');
});

test('gives back the share of the units, tax on top', () => {
  expect(show(quote(anOrder({ taxesIncluded: false }), { lines: [units(1, 1)] }))).toMatchObject({
    total: '3.96',
    tax: '0.63',
  });
});

test('units refunded one by one sum to the line', () => {
  const ledger = anOrder();
  const amounts = [1, 2, 3].map(() => {
    const next = quote(ledger, { lines: [units(1, 1)] });
    ledger.take(next);
    return show(next).total;
  });

  expect(amounts).toEqual(['3.33', '3.34', '3.33']);
});

test('gives back shipping with its tax, once', () => {
  const ledger = anOrder({ taxesIncluded: false });
  const first = quote(ledger, { refundShipping: true });
  expect(show(first)).toEqual({ total: '5.83', tax: '0.93', shipping: '5.83', lines: [] });

  ledger.take(first);

  expect(refusal(ledger, { refundShipping: true })).toBe('NOT_REFUNDABLE');
});

test('gives back any amount as goodwill, up to what was paid and not refunded', () => {
  const ledger = anOrder();
  ledger.take(quote(ledger, { amount: eur('4.90') }));

  expect(show(quote(ledger, { amount: eur('30.00') }))).toEqual({
    total: '30.00',
    tax: '0.00',
    shipping: '0.00',
    lines: [],
  });
  expect(refusal(ledger, { amount: eur('30.01') })).toBe('REFUND_EXCEEDS_PAID');
});

test('the last refund takes what goodwill has left, spread over its parts with its tax', () => {
  const ledger = anOrder();
  ledger.take(quote(ledger, { amount: eur('29.90') }));

  const last = quote(ledger, { lines: [units(1, 3), units(2, 1)], refundShipping: true });

  expect(show(last)).toEqual({ total: '5.00', tax: '0.34', shipping: '0.70', lines: ['1.43', '2.87'] });
});

test('refuses units that cost more than what goodwill has left, while other units remain', () => {
  const ledger = anOrder();
  ledger.take(quote(ledger, { amount: eur('29.90') }));

  expect(refusal(ledger, { lines: [units(2, 1)] })).toBe('REFUND_EXCEEDS_PAID');
});

test('gives back no more than was captured', () => {
  const ledger = anOrder({ capture: '10.00' });

  expect(refusal(ledger, { lines: [units(2, 1)] })).toBe('REFUND_EXCEEDS_PAID');
  expect(show(quote(ledger, { lines: [units(1, 3), units(2, 1)], refundShipping: true })).total).toBe('10.00');
});

test('keeps a service where it is, since it has no goods', () => {
  const ledger = anOrder();
  ledger.order = { ...ledger.order, lines: ledger.order.lines.map((line) => ({ ...line, variantId: null })) };

  expect(quote(ledger, { lines: [units(1, 1)] }).lines[0]?.disposition).toBe('KEEP');
});

test.each<[string, QuoteRefusal['code'], Partial<RefundRequest>]>([
  ['more units than are left', 'NOT_REFUNDABLE', { lines: [units(1, 4)] }],
  ['a line of another order', 'NOT_FOUND', { lines: [units(9, 1)] }],
  ['a line twice', 'INVALID', { lines: [units(1, 1), units(1, 1)] }],
  ['no units', 'INVALID', { lines: [units(1, 0)] }],
  ['nothing at all', 'NOT_REFUNDABLE', {}],
  ['an amount beside lines', 'INVALID', { lines: [units(1, 1)], amount: eur('1.00') }],
  ['an amount beside shipping', 'INVALID', { refundShipping: true, amount: eur('1.00') }],
  ['an amount of nothing', 'INVALID', { amount: eur('0.00') }],
  ['an amount in another currency', 'INVALID', { amount: parseMoney({ amount: '1.00', currencyCode: 'USD' }) }],
])('refuses %s', (_what, code, given) => {
  expect(refusal(anOrder(), given)).toBe(code);
});

test('refuses everything when nothing was captured, or all went back', () => {
  const ledger = anOrder({ capture: '0.00' });
  expect(refusal(ledger, { lines: [units(1, 1)] })).toBe('NOT_REFUNDABLE');

  const refunded = anOrder();
  refunded.take(quote(refunded, { amount: eur('34.90') }));
  expect(refusal(refunded, { amount: eur('0.01') })).toBe('NOT_REFUNDABLE');
});

test('a cancellation keeps all units and takes all that is left', () => {
  const ledger = anOrder();
  ledger.take(quote(ledger, { lines: [units(1, 1)] }));

  const everything = quoteEverything(ledger.order);

  expect(everything?.lines.map(({ quantity, disposition }) => ({ quantity, disposition }))).toEqual([
    { quantity: 2, disposition: 'KEEP' },
    { quantity: 1, disposition: 'KEEP' },
  ]);
  expect(everything?.total).toEqual(ledger.left);
});

test('a cancellation also gives back what the provider returned of an earlier refund', () => {
  const ledger = anOrder();
  ledger.take(quote(ledger, { lines: [units(1, 3), units(2, 1)], refundShipping: true }));
  expect(quoteEverything(ledger.order)).toBeNull();

  ledger.reverse();

  expect(quoteEverything(ledger.order)).toMatchObject({ lines: [], total: eur('34.90') });
});
