import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { formatMoney, money } from '@ordergraph/money';
import type { PurchaseRefunds } from '@ordergraph/orders-subgraph';
import { amountOf, currencyCode } from './classify.ts';
import { recordOf, type RefusedLine } from './log-line.ts';
import type { Invoice } from './read-log.ts';
import { partsOf } from './replay-invoice.ts';

/** What lines are counted as: what they are, and for cancelled goods whether an order was found for them. */
const headings = [
  'sale',
  'shipping',
  'service',
  'cancelled goods, refunded against orders',
  'cancelled goods, in part without an order',
  'cancelled goods, without an order',
  'cancelled shipping',
  'cancelled service',
  'write-off',
] as const;
type Heading = (typeof headings)[number];

/** What an import came to; amounts in major units. */
export interface ImportReport {
  readonly file: string;
  readonly lines: number;
  readonly taken: Readonly<Record<string, { readonly lines: number; readonly amount: string }>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly repeatedLines: number;
  readonly orders: { readonly count: number; readonly amount: string };
  readonly refundsOfOrders: { readonly count: number; readonly amount: string };
  readonly unreferencedRefunds: { readonly count: number; readonly amount: string };
  /** Invoices that an earlier import had done. */
  readonly invoicesDoneBefore: number;
  readonly invoices: number;
}

const pounds = (minor: bigint): string => formatMoney(money(minor, currencyCode)).amount;
const quote = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** Counts what becomes of the lines, and writes the refused ones to a file as they come. */
export function openReport(file: string, directory: string) {
  mkdirSync(directory, { recursive: true });
  const name = basename(file).replace(/\.csv(\.gz)?$/, '');
  const refusedFile = join(directory, `${name}-refused.csv`);
  const reportFile = join(directory, `${name}-report.json`);
  const out = createWriteStream(refusedFile);
  out.write('line,reason,record\n');

  const taken = new Map<Heading, { lines: number; minor: bigint }>(
    headings.map((heading) => [heading, { lines: 0, minor: 0n }]),
  );
  const refused = new Map<string, number>();
  const orders = { count: 0, minor: 0n };
  const refundsOfOrders = { count: 0, minor: 0n };
  const credits = { count: 0, minor: 0n };
  let lines = 0;
  let repeatedLines = 0;
  let invoices = 0;
  let invoicesDoneBefore = 0;

  function refuse({ line, reason, record }: RefusedLine): void {
    lines += 1;
    // The reasons that quote the line would be as many as the lines.
    const kind = reason.replace(/:.*$/, '');
    refused.set(kind, (refused.get(kind) ?? 0) + 1);
    out.write(`${[String(line), reason, record.join(',')].map(quote).join(',')}\n`);
  }

  function take(invoice: Invoice, refunds: PurchaseRefunds, wasDoneBefore: boolean): void {
    invoices += 1;
    if (wasDoneBefore) invoicesDoneBefore += 1;
    invoice.refused.forEach(refuse);
    const { ordered, returned, credited } = partsOf(invoice);
    const seen = new Set<string>();
    for (const line of invoice.lines) {
      const text = recordOf(line).join('\u0000');
      if (seen.has(text)) repeatedLines += 1;
      seen.add(text);
      const left = line.kind === 'cancelled goods' ? unitsWithoutOrder(refunds, returned.indexOf(line)) : 0;
      const entry = taken.get(line.kind === 'cancelled goods' ? headingOf(left, -line.quantity) : line.kind);
      if (entry) {
        entry.lines += 1;
        entry.minor += amountOf(line).minor;
      }
    }
    lines += invoice.lines.length;
    const sumOf = (some: Invoice['lines']): bigint => some.reduce((sum, line) => sum + amountOf(line).minor, 0n);
    if (ordered.length > 0) {
      orders.count += 1;
      orders.minor += sumOf(ordered);
    }
    const unmatched = refunds.unmatched.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
    refundsOfOrders.count += refunds.refunds.length;
    refundsOfOrders.minor += sumOf(returned) - unmatched;
    const credit = sumOf(credited) + unmatched;
    if (credit > 0n) {
      credits.count += 1;
      credits.minor += credit;
    }
  }

  const rendered = ({ count, minor }: { count: number; minor: bigint }) => ({ count, amount: pounds(minor) });

  return {
    refusedFile,
    reportFile,
    refuse,
    take,
    /** Writes both files to their end. */
    async finish(): Promise<ImportReport> {
      out.end();
      await finished(out);
      const report: ImportReport = {
        file: basename(file),
        lines,
        taken: Object.fromEntries(
          [...taken].map(([heading, entry]) => [heading, { lines: entry.lines, amount: pounds(entry.minor) }]),
        ),
        refused: Object.fromEntries(refused),
        repeatedLines,
        orders: rendered(orders),
        refundsOfOrders: rendered(refundsOfOrders),
        unreferencedRefunds: rendered(credits),
        invoices,
        invoicesDoneBefore,
      };
      writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
      return report;
    },
  };
}

const unitsWithoutOrder = ({ unmatched }: PurchaseRefunds, index: number): number =>
  unmatched.find((goods) => goods.index === index)?.quantity ?? 0;

function headingOf(unitsWithout: number, units: number): Heading {
  if (unitsWithout === 0) return 'cancelled goods, refunded against orders';
  return unitsWithout === units ? 'cancelled goods, without an order' : 'cancelled goods, in part without an order';
}

/** The report for people. */
export function renderReport(report: ImportReport, files: { refusedFile: string; reportFile: string }): string {
  const rows: string[] = [];
  const row = (label: string, count: number, amount = ''): void =>
    void rows.push(`  ${label.padEnd(46)}${String(count).padStart(9)}${amount.padStart(16)}`);
  const refusedCount = Object.values(report.refused).reduce((sum, count) => sum + count, 0);
  rows.push('', `${report.file}: ${report.lines} lines`, '');
  for (const [heading, { lines, amount }] of Object.entries(report.taken)) row(heading, lines, amount);
  for (const [reason, count] of Object.entries(report.refused)) row(`refused: ${reason}`.slice(0, 45), count);
  row('lines taken and refused', report.lines);
  rows.push('');
  row('orders', report.orders.count, report.orders.amount);
  row('refunds of orders', report.refundsOfOrders.count, report.refundsOfOrders.amount);
  row('refunds without an order', report.unreferencedRefunds.count, report.unreferencedRefunds.amount);
  row('invoices', report.invoices);
  row('  of which an earlier import had done', report.invoicesDoneBefore);
  row('lines that repeat one of their invoice', report.repeatedLines);
  rows.push(
    '',
    `  ${refusedCount} refused lines with their reasons: ${files.refusedFile}`,
    `  This report: ${files.reportFile}`,
    '',
  );
  return rows.join('\n');
}
