import { decodeId, encodeId } from '@ordergraph/subgraph-server';
import { formatMoney, money, multiplyPrice } from '@ordergraph/money';
import { findRows } from '@ordergraph/tenancy';
import type { CartResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { titleOf, type CartLineNow } from '../commands/cart-pricing.ts';
import { reaches } from '../commands/hold-cart.ts';
import { renderTotals, storeTotals } from '../domain/pricing.ts';
import type { Cart as CartEntity, FrozenCart } from '../entities/cart.entity.ts';
import { Saga } from '../entities/saga.entity.ts';
import { cartAccess } from './access.ts';
import { loadersOf } from './loaders.ts';
import { customerRef, variantRef } from './references.ts';

export const cart: QueryResolvers['cart'] = async (_parent, { id }, context) => {
  const cartId = decodeId('Cart', id);
  const row = cartId ? await loadersOf(context).cart.load(cartId) : null;
  return row && reaches(cartAccess(context), row) ? row : null;
};

const renderTax = (currencyCode: string) => (tax: { title: string; rate: string; minor: string }) => ({
  title: tax.title,
  rate: tax.rate,
  amount: formatMoney(money(BigInt(tax.minor), currencyCode)),
});

function frozenLine(line: FrozenCart['lines'][number], currencyCode: string) {
  return {
    id: encodeId('CartLine', line.lineId),
    variant: variantRef(line.variantId),
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    unitPrice: formatMoney(multiplyPrice(line.unitPrice, 1, currencyCode)),
    taxLines: line.taxLines.map(renderTax(currencyCode)),
    total: formatMoney(money(BigInt(line.totalMinor), currencyCode)),
  };
}

function openLine({ line, variant, unitPrice, priced }: CartLineNow, currencyCode: string) {
  return {
    id: encodeId('CartLine', line.id),
    variant: variantRef(line.variantId),
    sku: variant?.sku ?? '',
    title: variant ? titleOf(variant) : '',
    quantity: line.quantity,
    unitPrice: formatMoney(multiplyPrice(unitPrice ?? '0', 1, currencyCode)),
    taxLines: priced.taxLines.map(renderTax(currencyCode)),
    total: formatMoney(priced.total),
  };
}

/** The fields of a cart that are not columns. Outside checkout its prices are those of today. */
export const Cart: CartResolvers = {
  __resolveReference: (reference, context) => cartReference(reference.id, context),
  id: (row) => encodeId('Cart', row.id),
  customer: (row) => customerRef(row.customerId),
  async lines(row, _args, context) {
    if (row.frozen) return row.frozen.lines.map((line) => frozenLine(line, row.currencyCode));
    const now = await loadersOf(context).pricedCart.load(row);
    return now.lines.map((line) => openLine(line, row.currencyCode));
  },
  async shippingOptions(row, _args, context) {
    const now = await loadersOf(context).pricedCart.load(row);
    return now.options.map(renderOption);
  },
  async selectedShippingOption(row, _args, context) {
    const { selected } = await loadersOf(context).pricedCart.load(row);
    return selected ? renderOption(selected) : null;
  },
  async totals(row, _args, context) {
    if (row.frozen) return renderTotals(row.frozen.totals);
    const now = await loadersOf(context).pricedCart.load(row);
    return renderTotals(storeTotals(now.totals));
  },
  redeemedPoints: (row) => row.frozen?.redemption?.points ?? 0,
  async problems(row, _args, context) {
    const current = row.status === 'ACTIVE' ? (await loadersOf(context).pricedCart.load(row)).problems : [];
    const noted = row.problems.filter(
      (known) => !current.some((now) => now.code === known.code && now.variantId === known.variantId),
    );
    return [...current, ...noted].map((problem) => ({
      ...problem,
      cartLineId: lineIdOf(row, problem.variantId),
      newUnitPrice:
        problem.newUnitPrice === null ? null : formatMoney(multiplyPrice(problem.newUnitPrice, 1, row.currencyCode)),
    }));
  },
  order: (row, _args, context) => (row.orderId ? loadersOf(context).order.load(row.orderId) : null),
  sagas: (row, _args, context) =>
    findRows(context.em, Saga, { cartId: row.id }, { orderBy: { startedAt: 'desc', id: 'desc' } }),
};

const renderOption = ({
  method,
  price,
}: {
  method: { handle: string; title: string };
  price: ReturnType<typeof money>;
}) => ({
  handle: method.handle,
  title: method.title,
  price: formatMoney(price),
});

function lineIdOf(row: CartEntity, variantId: string | null): string | null {
  const line = row.lines.find((candidate) => candidate.variantId === variantId);
  return line ? encodeId('CartLine', line.id) : null;
}

async function cartReference(id: string, context: Parameters<typeof cartAccess>[0]): Promise<CartEntity | null> {
  const cartId = decodeId('Cart', id);
  const row = cartId ? await loadersOf(context).cart.load(cartId) : null;
  return row && reaches(cartAccess(context), row) ? row : null;
}
