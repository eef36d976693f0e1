import type { Invoice } from './read-log.ts';
import { dayInLondon } from './london-time.ts';
import type { SurveyedProduct } from './survey.ts';

/** The list prices that changed on a day. */
export interface PriceChanges {
  readonly day: string;
  readonly changes: readonly { readonly code: string; readonly unitPrice: string }[];
}

/**
 * Follows what products cost: at the end of a day, the price of the last line of that day that a known customer paid.
 * Invoices without a customer are the web shop's, which sells the same goods dearer, in between the others; following
 * it too would change each price back and forth all day.
 */
export function followPrices(products: ReadonlyMap<string, SurveyedProduct>) {
  const listed = new Map([...products.values()].map(({ code, firstPrice }) => [code, firstPrice]));
  const today = new Map<string, string>();
  let day = '';

  function endDay(): PriceChanges | null {
    const changes = [...today]
      .filter(([code, unitPrice]) => listed.get(code) !== unitPrice)
      .map(([code, unitPrice]) => ({ code, unitPrice }));
    for (const { code, unitPrice } of changes) listed.set(code, unitPrice);
    today.clear();
    return changes.length > 0 ? { day, changes } : null;
  }

  return {
    /** Takes in an invoice; answers the changes of the day before when it is the first of a new one. */
    next(invoice: Invoice): PriceChanges | null {
      const invoiceDay = dayInLondon(invoice.at);
      const ended = day !== '' && day !== invoiceDay ? endDay() : null;
      day = invoiceDay;
      if (invoice.customer === null) return ended;
      for (const line of invoice.lines) {
        if (line.kind === 'sale' && /[1-9]/.test(line.unitPrice)) today.set(line.code, line.unitPrice);
      }
      return ended;
    },
    /** The changes of the last day. */
    end: endDay,
  };
}
