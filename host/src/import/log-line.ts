/** A line of the log, read and checked. Times are instants, codes are in upper case. */
export interface LogLine {
  /** Where it stands in the file; the header is line 1. */
  readonly line: number;
  readonly invoice: string;
  readonly code: string;
  /** Empty where the log has none. */
  readonly description: string;
  readonly quantity: number;
  /** An exact decimal in major units; may have more digits than the currency. */
  readonly unitPrice: string;
  readonly at: Date;
  /** Null for a guest. */
  readonly customer: string | null;
  readonly country: string;
}

/** A line that is not taken, and why. */
export interface RefusedLine {
  readonly line: number;
  readonly reason: string;
  readonly record: readonly string[];
}

export const columns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

/** The line as the file has it, but for letter case and blanks around its fields. */
export const recordOf = (line: LogLine): string[] => [
  line.invoice,
  line.code,
  line.description,
  String(line.quantity),
  line.at.toISOString(),
  line.unitPrice,
  line.customer ?? '',
  line.country,
];
