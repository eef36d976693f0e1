import { isZero, money, sum, type Money } from '@ordergraph/money';
import type { PurchaseRefunds } from '@ordergraph/orders-subgraph';
import { currencyCode, type Classified } from './classify.ts';
import type { Invoice } from './read-log.ts';
import {
  addCustomer,
  customerKeyOf,
  replayAdjustment,
  replayCredit,
  replayReturns,
  replaySale,
  sumOf,
  type Replay,
} from './replay-steps.ts';
import type { Shop } from './shop.ts';

/** The lines of an invoice by what happens to them. */
export interface InvoiceParts {
  /** Together the invoice's order: goods, services and shipping. */
  readonly ordered: readonly Classified[];
  /** Goods that are refunded against earlier orders where there are any. */
  readonly returned: readonly Classified[];
  /** Shipping and services that are given back: the log does not say of which order. */
  readonly credited: readonly Classified[];
  readonly writtenOff: readonly Classified[];
}

export function partsOf({ lines }: Invoice): InvoiceParts {
  const ofKind = (...kinds: Classified['kind'][]) => lines.filter(({ kind }) => kinds.includes(kind));
  return {
    ordered: ofKind('sale', 'service', 'shipping'),
    returned: ofKind('cancelled goods'),
    credited: ofKind('cancelled shipping', 'cancelled service'),
    writtenOff: ofKind('write-off'),
  };
}

const nothing: PurchaseRefunds = { refunds: [], unmatched: [] };

/** Goods without an order, and services: money that goes back by an unreferenced refund. */
function creditOf({ credited }: InvoiceParts, { unmatched }: PurchaseRefunds): Money {
  const rest = unmatched.map(({ minor }) => money(BigInt(minor), currencyCode));
  return sum(currencyCode, [sumOf(credited), ...rest]);
}

/** Units that move apart from any order: what came back without one, and what was written off. */
function adjustmentsOf({ returned, writtenOff }: InvoiceParts, { unmatched }: PurchaseRefunds) {
  return [
    ...unmatched.map(({ index, quantity }) => ({ code: returned[index]?.code ?? '', delta: quantity })),
    ...writtenOff.map(({ code, quantity }) => ({ code, delta: quantity })),
  ];
}

/** What of some invoices was done before, found without writing anything. */
export async function findDone(shop: Shop, invoices: readonly Invoice[]) {
  const keys = invoices.map(({ key }) => key);
  const [orders, payments, inventory] = await Promise.all([
    shop.outcomes<PurchaseRefunds>(
      'orders',
      keys.flatMap((key) => [`invoice ${key}`, `returns ${key}`]),
    ),
    shop.outcomes(
      'payments',
      keys.map((key) => `credit ${key}`),
    ),
    shop.outcomes(
      'inventory',
      keys.map((key) => `adjustment ${key}`),
    ),
  ]);
  return {
    /** What its cancellations came to when everything of the invoice is done; null when there is something left. */
    refundsOf(invoice: Invoice): PurchaseRefunds | null {
      const { key } = invoice;
      const parts = partsOf(invoice);
      const refunds = parts.returned.length === 0 ? nothing : orders.get(`returns ${key}`);
      const isDone =
        refunds &&
        (parts.ordered.length === 0 || orders.has(`invoice ${key}`)) &&
        (isZero(creditOf(parts, refunds)) || payments.has(`credit ${key}`)) &&
        (adjustmentsOf(parts, refunds).length === 0 || inventory.has(`adjustment ${key}`));
      return isDone ? refunds : null;
    },
  };
}

/** The customers of some invoices whom the shop does not know yet. */
export async function findNewCustomers(shop: Shop, invoices: readonly Invoice[]): Promise<Set<string>> {
  const named = new Set(invoices.flatMap(({ customer }) => customer ?? []));
  const known = await shop.outcomes('customers', [...named].map(customerKeyOf));
  return new Set([...named].filter((customer) => !known.has(customerKeyOf(customer))));
}

/** Does what an invoice says, or what is left of it. Answers what its cancellations came to. */
export async function replayInvoice(
  replay: Replay,
  invoice: Invoice,
  isNewCustomer: boolean,
): Promise<PurchaseRefunds> {
  const parts = partsOf(invoice);
  if (isNewCustomer && invoice.customer !== null) await addCustomer(replay.shop, invoice.customer);
  if (parts.ordered.length > 0) await replaySale(replay, invoice, parts.ordered);
  const refunds = parts.returned.length > 0 ? await replayReturns(replay, invoice, parts.returned) : nothing;
  const credit = creditOf(parts, refunds);
  if (!isZero(credit)) await replayCredit(replay, invoice, credit);
  const adjustments = adjustmentsOf(parts, refunds);
  if (adjustments.length > 0) {
    const isReturn = parts.returned.length > 0;
    const reason = isReturn ? `Cancellation ${invoice.number}` : parts.writtenOff[0]?.description || 'Write-off';
    await replayAdjustment(replay, invoice, reason, adjustments);
  }
  return refunds;
}
