import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { classify, type Classified } from './classify.ts';
import { instantInLondon } from './london-time.ts';
import { columns, recordOf, type LogLine, type RefusedLine } from './log-line.ts';

/** Some lines of one invoice, those together that stand together. */
export interface Invoice {
  /** The invoice's number and the line where it begins: the same in every file that begins with the same lines. */
  readonly key: string;
  readonly number: string;
  readonly at: Date;
  readonly customer: string | null;
  readonly country: string;
  readonly lines: readonly Classified[];
  readonly refused: readonly RefusedLine[];
}

interface OpenInvoice {
  readonly first: LogLine;
  readonly lines: Classified[];
  readonly refused: RefusedLine[];
  lastRow: number;
}

// The log has an invoice with two others between its lines.
const longestInterruption = 100;

function isGzip(file: string): boolean {
  const start = Buffer.alloc(2);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start, 0, 2, 0);
  } finally {
    closeSync(descriptor);
  }
  return start[0] === 0x1f && start[1] === 0x8b;
}

function readLine(record: readonly string[], line: number): LogLine | RefusedLine {
  const refuse = (reason: string): RefusedLine => ({ line, reason, record });
  if (record.length !== columns.length) return refuse(`Expected ${columns.length} fields, got ${record.length}.`);
  const [
    invoice = '',
    code = '',
    description = '',
    quantity = '',
    date = '',
    unitPrice = '',
    customer = '',
    country = '',
  ] = record.map((field) => field.trim());
  if (invoice === '') return refuse('No invoice number.');
  if (code === '') return refuse('No stock code.');
  if (!/^-?\d{1,9}$/.test(quantity)) return refuse(`A quantity that is no whole number: ${quantity}.`);
  if (!/^-?\d{1,12}(\.\d{1,12})?$/.test(unitPrice)) return refuse(`A price that is no decimal: ${unitPrice}.`);
  const at = instantInLondon(date);
  if (!at) return refuse(`A time that is none: ${date}.`);
  return {
    line,
    invoice: invoice.toUpperCase(),
    // The log spells some codes in two ways, such as 85123A and 85123a.
    code: code.toUpperCase(),
    description,
    quantity: Number(quantity),
    unitPrice,
    at,
    customer: customer === '' ? null : customer,
    country,
  };
}

const close = ({ first, lines, refused }: OpenInvoice): Invoice => ({
  key: `${first.invoice}@${first.line}`,
  number: first.invoice,
  at: first.at,
  customer: first.customer,
  country: first.country,
  lines,
  refused,
});

/**
 * Reads the log invoice by invoice, in the order in which they begin. Only a few of them are in memory at a time. Lines
 * that belong to no invoice come as soon as they are met.
 */
export async function* readInvoices(file: string): AsyncGenerator<Invoice | RefusedLine> {
  const source = createReadStream(file);
  const parser = parse({ info: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, bom: true });
  // Errors of any part reach the parser's reader.
  if (isGzip(file)) pipeline(source, createGunzip(), parser, () => undefined);
  else pipeline(source, parser, () => undefined);

  const open = new Map<string, OpenInvoice>();
  let row = 0;
  // With `info` the parser gives each record with where it ended.
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
    row += 1;
    if (row === 1) {
      if (record.join(',') === columns.join(',')) continue;
      throw new Error(
        `${file} is no Online Retail log: expected a first line ${columns.join(',')}, got ${record.join(',').slice(0, 200)}.`,
      );
    }
    const read = readLine(record, info.lines);
    if ('reason' in read) {
      yield read;
      continue;
    }
    let invoice = open.get(read.invoice);
    if (!invoice) {
      for (const [number, other] of open) {
        // In order: one that is still open holds up those that began after it.
        if (row - other.lastRow < longestInterruption) break;
        open.delete(number);
        yield close(other);
      }
      invoice = { first: read, lines: [], refused: [], lastRow: row };
      open.set(read.invoice, invoice);
    }
    invoice.lastRow = row;
    const found = classify(read);
    if ('kind' in found) invoice.lines.push({ ...read, kind: found.kind });
    else invoice.refused.push({ line: read.line, reason: found.reason, record: recordOf(read) });
  }
  for (const invoice of open.values()) yield close(invoice);
}
