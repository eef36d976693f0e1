import { unitsOut } from './classify.ts';
import { kindOfCode } from './codes.ts';
import { readInvoices } from './read-log.ts';

/** What the whole log says about a product. */
export interface SurveyedProduct {
  readonly code: string;
  /** What its lines first call it; lines that were sold for money count before notes on stock. */
  readonly title: string;
  /** The first price that somebody paid. */
  readonly firstPrice: string;
  /** What must have been there before the first line, so that the stock never goes below zero. */
  readonly openingStock: number;
}

export interface Survey {
  readonly lineCount: number;
  readonly invoiceCount: number;
  /** The time of the first invoice. */
  readonly beginsAt: Date;
  readonly products: ReadonlyMap<string, SurveyedProduct>;
}

interface Draft {
  readonly code: string;
  title: string;
  isTitleOfSale: boolean;
  firstPrice: string | null;
  out: number;
  mostOut: number;
}

const isPaid = (price: string): boolean => /[1-9]/.test(price);

/** Reads the log once for what must be known before its first line is replayed. Keeps products, never lines. */
export async function surveyLog(file: string): Promise<Survey> {
  const drafts = new Map<string, Draft>();
  let lineCount = 0;
  let invoiceCount = 0;
  let beginsAt: Date | undefined;
  for await (const invoice of readInvoices(file)) {
    if ('reason' in invoice) {
      lineCount += 1;
      continue;
    }
    invoiceCount += 1;
    beginsAt ??= invoice.at;
    lineCount += invoice.lines.length + invoice.refused.length;
    for (const line of invoice.lines) {
      if (kindOfCode(line.code) !== 'GOODS') continue;
      let draft = drafts.get(line.code);
      if (!draft) {
        draft = { code: line.code, title: '', isTitleOfSale: false, firstPrice: null, out: 0, mostOut: 0 };
        drafts.set(line.code, draft);
      }
      const isSale = line.kind === 'sale' && isPaid(line.unitPrice);
      if (line.description !== '' && (draft.title === '' || (isSale && !draft.isTitleOfSale))) {
        draft.title = line.description;
        draft.isTitleOfSale = isSale;
      }
      if (isSale) draft.firstPrice ??= line.unitPrice;
      draft.out += unitsOut(line);
      draft.mostOut = Math.max(draft.mostOut, draft.out);
    }
  }
  const products = new Map(
    [...drafts.values()].map(({ code, title, firstPrice, mostOut }) => [
      code,
      { code, title: title || `Item ${code}`, firstPrice: firstPrice ?? '0', openingStock: mostOut },
    ]),
  );
  return { lineCount, invoiceCount, beginsAt: beginsAt ?? new Date(0), products };
}
