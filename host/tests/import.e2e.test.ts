import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraphNames } from '@ordergraph/schema';
import { startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDefinitions } from '../src/definitions.ts';
import { importOnlineRetail } from '../src/import/import-online-retail.ts';
import type { ImportReport } from '../src/import/report.ts';
import { readLogIndependently, type RawLine } from './online-retail-log.ts';

const firstWeek = join(import.meta.dirname, '../../../shared/data/online-retail/online-retail-first-week.csv.gz');

let house: TestHouse;
let database: Client;

async function rows<Row>(statement: string, parameters: unknown[] = []): Promise<Row[]> {
  const result = await database.query(statement, parameters);
  // Each caller names the shape beside its statement.
  return result.rows as Row[];
}

async function number(statement: string): Promise<number> {
  const [row] = await rows<{ value: string | null }>(`select (${statement})::text as value`);
  return Number(row?.value ?? 0);
}

/** Every row of every table, as one number a table: it changes with any change of any row. */
async function fingerprints(): Promise<Record<string, string>> {
  const tables = await rows<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any($1) or schemaname = 'sealing' order by 1`,
    [[...subgraphNames]],
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await rows<{ print: string }>(
      `select count(*) || ':' || coalesce(sum(hashtextextended(t::text || xmin::text, 0)::numeric), 0) as print from ${name} t`,
    );
    found[name] = row?.print ?? '';
  }
  return found;
}

describe('a log of a few lines', () => {
  const log = [
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
    '1,85123A,HEART,10,2011-07-01T10:00:00,2.55,17850,EIRE',
    '1,POST,POSTAGE,1,2011-07-01T10:00:00,18,17850,EIRE',
    '1,M,Manual,1,2011-07-01T10:00:00,0.015,17850,EIRE',
    '2,85123a,HEART,4,2011-07-01T11:00:00,2.95,17850,EIRE',
    '3,85123A,HEART,1,2011-07-01T12:00:00,5.06,,Unspecified',
    // 12 of the 14 bought, at the price of the first ten; then 5, of which two are left; then one that nobody bought.
    'C4,85123A,HEART,-12,2011-07-02T10:00:00,2.55,17850,EIRE',
    'C5,85123A,HEART,-5,2011-07-02T11:00:00,2.55,17850,EIRE',
    'C6,71053,LANTERN,-1,2011-07-02T12:00:00,3.39,,United Kingdom',
    'C7,D,Discount,-1,2011-07-02T13:00:00,27.50,17850,EIRE',
    '8,71053,damages,-1,2011-07-03T10:00:00,0,,United Kingdom',
    '9,22139,,3,2011-07-03T11:00:00,0,,United Kingdom',
    'A10,B,Adjust bad debt,1,2011-07-03T12:00:00,-11062.06,,United Kingdom',
    '11,22139,RETROSPOT,1,2011-07-03T13:00:00,4.25,17851,Atlantis',
  ];
  let report: ImportReport;
  let refusedLines: string;
  let merchantId: string;
  const messages: string[] = [];

  const importIt = async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ordergraph-import-'));
    const file = join(directory, 'log.csv');
    writeFileSync(file, log.join('\n'));
    const result = await importOnlineRetail({
      subgraphs: subgraphNames.map((name) => house.subgraph(name)),
      file,
      merchant: 'A few lines',
      reportDirectory: directory,
      onProgress: (message) => messages.push(message),
      showProgress: () => ({ add: () => undefined, stop: () => undefined }),
    });
    refusedLines = readFileSync(result.refusedFile, 'utf8');
    merchantId = result.merchantId;
    return result.report;
  };

  beforeAll(async () => {
    house = await startTestHouse({ subgraphs: await loadDefinitions(subgraphNames), settings: mailNowhere() });
    database = new Client({ connectionString: house.database.superuserUrl });
    await database.connect();
    report = await importIt();
  });
  afterAll(async () => {
    await database.end();
    await house.stop();
  });

  test('is accounted for line by line', () => {
    expect(report.lines).toBe(13);
    expect(report.taken).toMatchObject({
      sale: { lines: 4, amount: '42.36' },
      shipping: { lines: 1, amount: '18.00' },
      service: { lines: 1, amount: '0.02' },
      'cancelled goods, refunded against orders': { lines: 1, amount: '30.60' },
      'cancelled goods, in part without an order': { lines: 1, amount: '12.75' },
      'cancelled goods, without an order': { lines: 1, amount: '3.39' },
      'cancelled service': { lines: 1, amount: '27.50' },
      'write-off': { lines: 1 },
    });
    expect(Object.values(report.refused)).toEqual([1, 1]);
    expect(
      refusedLines
        .split('\n')
        .slice(1, -1)
        .map((line) => line.slice(0, 3)),
    ).toEqual(['13,', '14,']);
  });

  test('becomes orders at the prices and times of the log', async () => {
    const orders = await rows(
      `select external_reference as invoice, status, payment_status as paid, grand_total_minor as total, placed_at,
         shipping_address ->> 'countryCode' as country, email
       from orders."order" where tenant_id = $1 order by external_reference`,
      [merchantId],
    );

    expect(orders).toEqual([
      {
        invoice: '1',
        status: 'CONFIRMED',
        paid: 'PARTIALLY_REFUNDED',
        total: '4352',
        placed_at: new Date('2011-07-01T09:00:00Z'),
        country: 'IE',
        email: 'customer-17850@example.invalid',
      },
      {
        invoice: '2',
        status: 'CONFIRMED',
        paid: 'PARTIALLY_REFUNDED',
        total: '1180',
        placed_at: new Date('2011-07-01T10:00:00Z'),
        country: 'IE',
        email: 'customer-17850@example.invalid',
      },
      {
        invoice: '3',
        status: 'CONFIRMED',
        paid: 'PAID',
        total: '506',
        placed_at: new Date('2011-07-01T11:00:00Z'),
        country: null,
        email: 'guest-3@example.invalid',
      },
      {
        invoice: '9',
        status: 'CONFIRMED',
        paid: 'PAID',
        total: '0',
        placed_at: new Date('2011-07-03T10:00:00Z'),
        country: 'GB',
        email: 'guest-9@example.invalid',
      },
    ]);
  });

  test('refunds cancellations against orders as far as there are any, and the rest without', async () => {
    const refunds = await rows(
      `select r.reason, r.kind, r.amount_minor as amount, o.external_reference as of
       from payments.refund r left join orders."order" o on o.id = r.order_id
       where r.tenant_id = $1 and r.status = 'SUCCEEDED' order by r.reason, r.amount_minor desc`,
      [merchantId],
    );

    expect(refunds).toEqual([
      { reason: 'Cancellation C4', kind: 'REFERENCED', amount: '2550', of: '1' },
      { reason: 'Cancellation C4', kind: 'REFERENCED', amount: '510', of: '2' },
      { reason: 'Cancellation C5', kind: 'UNREFERENCED', amount: '765', of: null },
      { reason: 'Cancellation C5', kind: 'REFERENCED', amount: '510', of: '2' },
      { reason: 'Cancellation C6', kind: 'UNREFERENCED', amount: '339', of: null },
      { reason: 'Cancellation C7', kind: 'UNREFERENCED', amount: '2750', of: null },
    ]);
  });

  test('leaves the stock that the log leaves', async () => {
    const levels = await rows(
      `select v.sku, l.on_hand, l.allocated from inventory.level l join inventory.variant v on v.id = l.variant_id
       where l.tenant_id = $1 order by v.sku`,
      [merchantId],
    );

    expect(levels).toEqual([
      { sku: '22139', on_hand: 3, allocated: 3 },
      { sku: '71053', on_hand: 0, allocated: 0 },
      // Of 15 sold units 14 came back; the books never saw them leave, so they are only no longer allocated.
      { sku: '85123A', on_hand: 18, allocated: 1 },
    ]);
  });

  test('changes no row when it is imported again', async () => {
    const before = await fingerprints();

    const again = await importIt();

    expect(await fingerprints()).toEqual(before);
    // Of two invoices every line is refused: there was and is nothing to do.
    expect(again).toEqual({ ...report, invoicesDoneBefore: report.invoices - 2 });
  });
});

describe.skipIf(!existsSync(firstWeek))('the first week of Online Retail (skipped without ../shared/data)', () => {
  const state = mkdtempSync(join(tmpdir(), 'ordergraph-import-'));
  let log: readonly RawLine[];
  let report: ImportReport;

  function startImport(): { child: ChildProcess; output: () => string } {
    const url = new URL(house.database.superuserUrl);
    url.username = 'og_owner';
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../src/import.ts'), 'online-retail', firstWeek, '--merchant', 'Gift wholesaler'],
      {
        env: {
          ...process.env,
          DATABASE_URL: url.href,
          DATABASE_ROLE_PASSWORD: house.database.rolePassword,
          ORDERGRAPH_STATE_DIR: state,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
    return { child, output: () => said };
  }

  async function importToTheEnd(): Promise<ImportReport> {
    const { child, output } = startImport();
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`The import ended with ${code}: ${output().slice(-2_000)}`);
    // Written by the program that is tested; a field that is missing fails its expectation.
    return JSON.parse(
      readFileSync(join(state, 'import', 'online-retail-first-week-report.json'), 'utf8'),
    ) as ImportReport;
  }

  beforeAll(async () => {
    log = await readLogIndependently(firstWeek);
    house = await startTestHouse({
      subgraphs: await loadDefinitions(subgraphNames),
      isBackgroundOn: false,
      settings: mailNowhere(),
    });
    database = new Client({ connectionString: house.database.superuserUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await house.stop();
  });

  test('is taken whole although its import was killed in the middle', { timeout: 900_000 }, async () => {
    const killed = startImport();
    await waitFor(async () => (await number('select count(*) from orders."order"')) > 150, {
      timeoutMs: 400_000,
      describe: () => `150 orders; the import says: ${killed.output().slice(-2_000)}`,
    });
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');

    report = await importToTheEnd();

    const taken = Object.values(report.taken).reduce((sum, { lines }) => sum + lines, 0);
    const refused = Object.values(report.refused).reduce((sum, count) => sum + count, 0);
    expect(taken + refused).toBe(log.length);
    expect(log.length).toBe(16_985);
    expect(report.invoicesDoneBefore).toBeGreaterThan(0);
    expect(report.invoicesDoneBefore).toBeLessThan(report.invoices);
  });

  test('has the money of the file, to the penny', async () => {
    const pence = (some: readonly RawLine[]): number => some.reduce((sum, line) => sum + Math.abs(line.pence), 0);
    const sold = log.filter((line) => line.quantity > 0);
    const cancelled = log.filter((line) => line.invoice.startsWith('C'));

    expect(await number('select sum(grand_total_minor) from orders."order"')).toBe(pence(sold));
    expect(await number('select sum(captured_minor) from payments.payment')).toBe(pence(sold));
    expect(await number(`select sum(amount_minor) from payments.refund where status = 'SUCCEEDED'`)).toBe(
      pence(cancelled),
    );
    expect(await number(`select count(*) from orders."order" where status <> 'CONFIRMED'`)).toBe(0);
    expect(await number('select count(*) from orders."order"')).toBe(new Set(sold.map(({ invoice }) => invoice)).size);
    expect(await number('select sum(amount_minor) from payments.posting')).toBe(0);
    expect(await number(`select sum(amount_minor) from payments.posting where account = 'psp_clearing'`)).toBe(
      pence(sold) - pence(cancelled),
    );
  });

  test('leaves on hand what came in less what left', async () => {
    const levels = await rows<{
      sku: string;
      on_hand: number;
      allocated: number;
      opening: number;
      released: number;
      lowest: number;
    }>(
      `select v.sku, l.on_hand, l.allocated,
         (select coalesce(sum(m.delta_on_hand), 0)::int from inventory.movement m where m.level_id = l.id and m.kind = 'RECEIVED') as opening,
         (select coalesce(-sum(m.delta_allocated), 0)::int from inventory.movement m where m.level_id = l.id and m.refund_id is not null) as released,
         (select min(m.available_after)::int from inventory.movement m where m.level_id = l.id) as lowest
       from inventory.level l join inventory.variant v on v.id = l.variant_id`,
    );
    const unitsOf = (code: string) => {
      const lines = log.filter((line) => line.code === code);
      const units = (some: readonly RawLine[]) => some.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0);
      return {
        sold: units(lines.filter(({ quantity }) => quantity > 0)),
        returned: units(lines.filter(({ invoice }) => invoice.startsWith('C'))),
        writtenOff: units(lines.filter(({ quantity, invoice }) => quantity < 0 && !invoice.startsWith('C'))),
      };
    };

    for (const { sku, on_hand, allocated, opening, released, lowest } of levels) {
      const { sold, returned, writtenOff } = unitsOf(sku);
      // What came back to an order that was never seen to ship is no longer allocated, instead of put on the shelf.
      expect(released, sku).toBeLessThanOrEqual(returned);
      expect({ sku, on_hand, allocated }).toEqual({
        sku,
        on_hand: opening + returned - writtenOff - released,
        allocated: sold - released,
      });
      expect(opening, sku).toBeGreaterThanOrEqual(sold + writtenOff - returned);
      expect(lowest, sku).toBeGreaterThanOrEqual(0);
    }
    const shelved = new Set(levels.map(({ sku }) => sku));
    const goods = new Set(log.map(({ code }) => code).filter((code) => /^\d{5}/.test(code)));
    expect([...goods].filter((code) => !shelved.has(code))).toEqual([]);
  });

  test('keeps the times of the log and tells nobody by mail', async () => {
    const [first] = await rows<{ placed_at: Date }>(
      `select placed_at from orders."order" where external_reference = '536365'`,
    );

    expect(first?.placed_at.toISOString()).toBe('2010-12-01T08:26:00.000Z');
    expect(await rows('select distinct status from notifications.notification')).toEqual([{ status: 'SUPPRESSED' }]);
  });

  test('changes no row when it is imported again', { timeout: 300_000 }, async () => {
    const before = await fingerprints();

    const again = await importToTheEnd();

    expect(await fingerprints()).toEqual(before);
    expect(again).toEqual({ ...report, invoicesDoneBefore: report.invoices });
  });
});

function mailNowhere() {
  return { MAIL_DIRECTORY: mkdtempSync(join(tmpdir(), 'ordergraph-mail-')), PAYMENT_WEBHOOK_SECRETS: 'test-secret' };
}
