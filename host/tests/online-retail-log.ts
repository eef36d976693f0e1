import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** A line of the log as the file has it, with what it comes to. */
export interface RawLine {
  readonly invoice: string;
  readonly code: string;
  readonly quantity: number;
  readonly pence: number;
}

/** Reads a log without any code of the importer, for logs whose prices have at most two decimals. */
export async function readLogIndependently(file: string): Promise<RawLine[]> {
  // The columns are those of the file's first line.
  const records = parse(gunzipSync(readFileSync(file)), { columns: true }) as Record<string, string>[];
  return records.map((record) => {
    const quantity = Number(record['Quantity']);
    const unitPence = Math.round(Number(record['UnitPrice']) * 100);
    if (Math.abs(unitPence / 100 - Number(record['UnitPrice'])) > 1e-9) {
      throw new Error(`Expected prices of whole pence, got ${record['UnitPrice']}.`);
    }
    return {
      invoice: record['InvoiceNo'] ?? '',
      code: (record['StockCode'] ?? '').toUpperCase(),
      quantity,
      pence: unitPence * quantity,
    };
  });
}
