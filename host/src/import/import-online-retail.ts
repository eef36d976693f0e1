import type { RunningSubgraph } from '@ordergraph/subgraph-server';
import { unitsOut } from './classify.ts';
import { createLimit, createSchedule, type Schedule } from './in-order.ts';
import { followPrices, type PriceChanges } from './list-prices.ts';
import { openMerchant } from './open-merchant.ts';
import type { Progress } from './progress.ts';
import { readInvoices, type Invoice } from './read-log.ts';
import { findDone, findNewCustomers, replayInvoice } from './replay-invoice.ts';
import type { Replay } from './replay-steps.ts';
import { openReport, type ImportReport } from './report.ts';
import { untilQuiet, untilSettled, watchSagas } from './settlement.ts';
import { addProducts, changePrices, priceKeyOf, receiveOpeningStock } from './stock-shelves.ts';
import { surveyLog, type Survey } from './survey.ts';

export interface ImportOptions {
  readonly subgraphs: readonly RunningSubgraph[];
  readonly file: string;
  /** Handle or name; opened when there is none. */
  readonly merchant: string;
  /** Where the report and the refused lines go. */
  readonly reportDirectory: string;
  readonly onProgress: (message: string) => void;
  showProgress(lineCount: number): Progress;
}

export interface ImportResult {
  readonly merchantId: string;
  readonly report: ImportReport;
  readonly refusedFile: string;
  readonly reportFile: string;
}

const parallelInvoices = 16;
const parallelPlacements = 2;
const batchSize = 200;

/**
 * Replays an Online Retail log through the commands that the API uses, in the order of the log. Everything it makes has
 * an id or a key derived from the log, so importing again changes nothing and an import that was killed goes on.
 */
export async function importOnlineRetail(options: ImportOptions): Promise<ImportResult> {
  const { subgraphs, file, onProgress } = options;
  const find = (name: string): RunningSubgraph => {
    const found = subgraphs.find((subgraph) => subgraph.name === name);
    if (!found) throw new Error(`${name} does not run here; an import needs all subgraphs in one process.`);
    return found;
  };
  onProgress('Reading the log');
  const survey = await surveyLog(file);
  const shop = await openMerchant(find, options.merchant);
  // An import that was killed may have left sagas behind, and cancellations refund only orders at rest.
  await untilSettled(subgraphs, shop);
  onProgress(`Preparing ${survey.products.size} products`);
  const products = [...survey.products.values()];
  await addProducts(shop, products);
  await untilQuiet(subgraphs);
  await receiveOpeningStock(shop, products, survey.beginsAt);
  onProgress(`Replaying ${survey.invoiceCount} invoices of ${survey.lineCount} lines`);

  const report = openReport(file, options.reportDirectory);
  const progress = options.showProgress(survey.lineCount);
  try {
    const replay = {
      shop,
      sagas: watchSagas(shop),
      products: survey.products,
      whilePlacing: createLimit(parallelPlacements),
    };
    await replayLog(replay, survey, file, report, progress);
  } finally {
    progress.stop();
  }
  await untilSettled(subgraphs, shop);
  const { refusedFile, reportFile } = report;
  return { merchantId: shop.merchantId, report: await report.finish(), refusedFile, reportFile };
}

async function replayLog(
  replay: Replay,
  survey: Survey,
  file: string,
  report: ReturnType<typeof openReport>,
  progress: Progress,
): Promise<void> {
  const { shop, products } = replay;
  const schedule = createSchedule(parallelInvoices);
  const prices = followPrices(survey.products);

  async function follow(changes: PriceChanges | null): Promise<void> {
    if (!changes) return;
    const key = priceKeyOf(changes);
    if ((await shop.outcomes('catalog', [key])).has(key)) return;
    await schedule.add({ follows: ['prices'], ends: ['prices'], run: () => changePrices(shop, products, changes) });
  }

  async function replayBatch(invoices: readonly Invoice[]): Promise<void> {
    const [done, newCustomers] = await Promise.all([findDone(shop, invoices), findNewCustomers(shop, invoices)]);
    for (const invoice of invoices) {
      await follow(prices.next(invoice));
      const refunds = done.refundsOf(invoice);
      if (refunds) {
        // One whose lines were all refused never has anything to do.
        report.take(invoice, refunds, invoice.lines.length > 0);
        progress.add(linesOf(invoice), { wereDoneBefore: true });
        continue;
      }
      await replayInOrder(schedule, invoice, async () => {
        const isNewCustomer = invoice.customer !== null && newCustomers.delete(invoice.customer);
        report.take(invoice, await replayInvoice(replay, invoice, isNewCustomer), false);
        progress.add(linesOf(invoice));
      });
    }
  }

  let batch: Invoice[] = [];
  for await (const read of readInvoices(file)) {
    if ('reason' in read) {
      report.refuse(read);
      progress.add(1);
      continue;
    }
    batch.push(read);
    if (batch.length < batchSize) continue;
    await replayBatch(batch);
    batch = [];
  }
  await replayBatch(batch);
  await follow(prices.end());
  await schedule.finish();
}

/**
 * A customer's invoices follow each other, because cancellations refund what was bought before. Goods that leave wait for
 * those that came back before them: the opening stock counts on these.
 */
async function replayInOrder(schedule: Schedule, invoice: Invoice, run: () => Promise<void>): Promise<void> {
  const customer = invoice.customer === null ? [] : [`customer ${invoice.customer}`];
  const codesOf = (isOut: boolean) =>
    invoice.lines
      .filter((line) => (isOut ? unitsOut(line) > 0 : unitsOut(line) < 0))
      .map(({ code }) => `return of ${code}`);
  await schedule.add({
    follows: [...customer, ...codesOf(true), ...codesOf(false)],
    ends: [...customer, ...codesOf(false)],
    run,
  });
}

const linesOf = ({ lines, refused }: Invoice): number => lines.length + refused.length;
