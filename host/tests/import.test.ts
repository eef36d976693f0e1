import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { instantInLondon } from '../src/import/london-time.ts';
import { createSchedule } from '../src/import/in-order.ts';
import { readInvoices } from '../src/import/read-log.ts';
import { surveyLog } from '../src/import/survey.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

function aLog(lines: readonly string[], { gzip = false } = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'ordergraph-log-')), gzip ? 'log.csv.gz' : 'log.csv');
  const text = [header, ...lines, ''].join('\n');
  writeFileSync(file, gzip ? gzipSync(text) : text);
  return file;
}

async function readAll(file: string) {
  const invoices = [];
  for await (const invoice of readInvoices(file)) invoices.push(invoice);
  return invoices;
}

/** A line with the one thing that matters. */
const aLine = (
  over: Partial<Record<'invoice' | 'code' | 'quantity' | 'at' | 'price' | 'customer' | 'country', string>> = {},
) =>
  [
    over.invoice ?? '536365',
    over.code ?? '85123A',
    'HEART',
    over.quantity ?? '6',
    over.at ?? '2010-12-01T08:26:00',
    over.price ?? '2.55',
    over.customer ?? '17850',
    over.country ?? 'United Kingdom',
  ].join(',');

test.each([
  ['winter', '2010-12-01T08:26:00', '2010-12-01T08:26:00.000Z'],
  ['summer', '2011-07-01T08:26:00', '2011-07-01T07:26:00.000Z'],
  ['the morning that summer time begins', '2011-03-27T02:30:00', '2011-03-27T01:30:00.000Z'],
  ['the hour that is left out', '2011-03-27T01:30:00', '2011-03-27T01:30:00.000Z'],
  ['the hour that comes twice', '2011-10-30T01:30:00', '2011-10-30T00:30:00.000Z'],
  ['the night after it', '2011-10-30T02:30:00', '2011-10-30T02:30:00.000Z'],
])('local time is London time: %s', (_when, local, instant) => {
  expect(instantInLondon(local)?.toISOString()).toBe(instant);
});

test.each(['', '2010-13-01T08:26:00', '2010-02-30T08:26:00', '01/12/2010 08:26'])('%j is no time', (text) => {
  expect(instantInLondon(text)).toBeNull();
});

test.each([
  ['a sale', aLine(), 'sale'],
  ['shipping', aLine({ code: 'POST' }), 'shipping'],
  ['a gift voucher', aLine({ code: 'gift_0001_20' }), 'service'],
  ['bank charges', aLine({ code: 'BANK CHARGES' }), 'service'],
  ['goods in a cancellation', aLine({ invoice: 'C536379', quantity: '-1' }), 'cancelled goods'],
  ['a discount', aLine({ invoice: 'C536379', code: 'D', quantity: '-1' }), 'cancelled service'],
  ['shipping in a cancellation', aLine({ invoice: 'C536379', code: 'POST', quantity: '-1' }), 'cancelled shipping'],
  ['a write-off', aLine({ quantity: '-10', price: '0' }), 'write-off'],
  ['a sale for nothing', aLine({ price: '0.0' }), 'sale'],
  ['a sale to an unspecified country', aLine({ country: 'Unspecified' }), 'sale'],
])('takes %s as what it is', async (_what, line, kind) => {
  const [invoice] = await readAll(aLog([line]));

  expect(invoice).toMatchObject({ lines: [{ line: 2, kind }], refused: [] });
});

test.each([
  ['a bad debt', aLine({ invoice: 'A563186', code: 'B', quantity: '1', price: '-11062.06' }), /bad debt/],
  ['a price below zero', aLine({ price: '-1' }), /price below zero/],
  ['a quantity of zero', aLine({ quantity: '0' }), /quantity of zero/],
  ['a quantity below zero at a price', aLine({ quantity: '-1' }), /outside of a cancellation/],
  ['a cancellation that adds', aLine({ invoice: 'C536379' }), /above zero/],
  ['a country that nobody knows', aLine({ country: 'Atlantis' }), /unknown country: Atlantis/],
  ['a written-off service', aLine({ code: 'M', quantity: '-1', price: '0' }), /no stock/],
])('refuses %s and says why', async (_what, line, reason) => {
  const [invoice] = await readAll(aLog([line]));

  expect(invoice).toMatchObject({ lines: [], refused: [{ line: 2, reason: expect.stringMatching(reason) }] });
});

test.each([
  ['no number', aLine({ quantity: 'six' }), /whole number/],
  ['no decimal', aLine({ price: '2,55' }), /8 fields, got 9/],
  ['no price', aLine({ price: '1e3' }), /no decimal/],
  ['no time', aLine({ at: 'yesterday' }), /time that is none/],
  ['too few fields', '536365,85123A', /8 fields, got 2/],
  ['no invoice', aLine({ invoice: '' }), /No invoice/],
])('refuses a line with %s and reads on', async (_what, line, reason) => {
  const read = await readAll(aLog([line, aLine()]));

  expect(read).toMatchObject([{ line: 2, reason: expect.stringMatching(reason) }, { lines: [{ line: 3 }] }]);
});

test('an invoice whose lines stand apart is one invoice, and invoices come in the order in which they begin', async () => {
  const file = aLog([aLine(), aLine({ invoice: '536366' }), aLine({ code: '71053' })], { gzip: true });

  const invoices = await readAll(file);

  expect(invoices).toMatchObject([
    { key: '536365@2', lines: [{ code: '85123A' }, { code: '71053' }] },
    { key: '536366@3', lines: [{}] },
  ]);
});

test('one stock code in two spellings is one product', async () => {
  const { products } = await surveyLog(aLog([aLine(), aLine({ code: '85123a' })]));

  expect([...products.keys()]).toEqual(['85123A']);
});

test('a file that is no such log is refused with what was expected', async () => {
  const file = aLog([]);
  writeFileSync(file, 'a,b,c\n1,2,3\n');

  await expect(readAll(file)).rejects.toThrow(/no Online Retail log: expected a first line InvoiceNo/);
});

test('opening stock is what is sold net of returns, or more where returns come too late for that', async () => {
  const sold = (invoice: string, quantity: string, code: string) => aLine({ invoice, quantity, code });
  const { products } = await surveyLog(
    aLog([
      sold('1', '10', '10001'),
      sold('C2', '-4', '10001'),
      sold('3', '2', '10001'),
      sold('C4', '-5', '10002'),
      sold('5', '8', '10002'),
    ]),
  );

  // The 4 of 10001 came back after 10 had left; the 5 of 10002 came back before 8 left.
  expect([...products.values()].map(({ openingStock }) => openingStock)).toEqual([10, 3]);
});

test('a job waits for the earlier ones that it follows, and for no other', async () => {
  const schedule = createSchedule(4);
  const first = Promise.withResolvers<void>();
  const log: string[] = [];
  const add = (name: string, follows: string[], ends: string[], until?: Promise<void>) =>
    schedule.add({ follows, ends, run: async () => void (await until, log.push(name)) });

  await add('purchase', [], ['customer'], first.promise);
  await add('cancellation', ['customer'], ['customer']);
  await add('stranger', ['other'], []);
  await new Promise(setImmediate);
  log.push('|');
  first.resolve();
  await schedule.finish();

  expect(log).toEqual(['stranger', '|', 'purchase', 'cancellation']);
});

test('nothing new begins after a failure, and the failure is told', async () => {
  const schedule = createSchedule(2);
  const log: string[] = [];

  await schedule.add({ follows: [], ends: ['x'], run: () => Promise.reject(new Error('broken')) });
  await schedule.add({ follows: ['x'], ends: [], run: async () => void log.push('ran') });

  await expect(schedule.finish()).rejects.toThrow('broken');
  expect(log).toEqual([]);
});
