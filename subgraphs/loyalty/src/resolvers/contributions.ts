import { formatMoney, money, parseMoney } from '@ordergraph/money';
import { codedError, decodeId, encodeId, type RequestContext } from '@ordergraph/subgraph-server';
import { findRows } from '@ordergraph/tenancy';
import type {
  CartLine,
  CartResolvers,
  CustomerResolvers,
  OrderLoyaltyResolvers,
  OrderResolvers,
} from '../../generated/graphql.ts';
import { pointsFor, termsOf, type EarningLine } from '../domain/earning.ts';
import { mostRedeemable, valueOf } from '../domain/redeeming.ts';
import { EarningRule } from '../entities/earning-rule.entity.ts';
import { loadersOf, maySee } from './loaders.ts';

/** Contributed to the entity that customers own. */
export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }) => {
    const customerId = decodeId('Customer', id);
    return customerId ? { id: customerId } : null;
  },
  id: (customer) => encodeId('Customer', customer.id),
  loyaltyAccount: (customer, _args, context) =>
    maySee(context, customer.id) ? loadersOf(context).account.load(customer.id) : null,
};

/** Contributed to the entity that orders own. */
export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => {
    const orderId = decodeId('Order', id);
    return orderId ? { id: orderId } : null;
  },
  id: (order) => encodeId('Order', order.id),
  loyalty: async (order, _args, context) => {
    const row = await loadersOf(context).order.load(order.id);
    return row?.isKnown && row.customerId !== null && maySee(context, row.customerId) ? row : null;
  },
};

export const OrderLoyalty: OrderLoyaltyResolvers = {
  pointsEarned: (row) => row.earned,
  pointsPending: (row, _args, context) => loadersOf(context).pendingOfOrder.load(row.id),
  pointsRedeemed: (row) => row.redeemed,
  pointsReversed: (row) => row.reversed,
  pointsRestored: (row) => row.restored,
  transactions: (row, _args, context) => loadersOf(context).transactionsOfOrder.load(row.id),
};

// The gateway brings it along from whose it is, and nobody else asks here for it.
const broughtAlong =
  <Field extends string>(field: Field, owner: string) =>
  (object: { readonly [Name in Field]?: unknown }): unknown => {
    if (object[field]) return object[field];
    throw codedError('BAD_USER_INPUT', `The ${field} of this object is read from ${owner}.`);
  };

type BroughtAlong<Field extends string> = Record<Field, ReturnType<typeof broughtAlong<Field>>>;

/** Catalog's; only the gateway needs it, to know what goods are in a cart. */
export const ProductVariant: BroughtAlong<'product'> = { product: broughtAlong('product', 'catalog') };

/** Contributed to the cart, by whose it is, what its goods are and what they cost. */
export const Cart: CartResolvers & BroughtAlong<'lines'> & BroughtAlong<'totals'> = {
  __resolveReference: (reference) => reference,
  lines: broughtAlong('lines', 'orders'),
  totals: broughtAlong('totals', 'orders'),
  loyaltyQuote: async ({ customer, totals, lines }, _args, context) => {
    const customerId = customer?.id ? decodeId('Customer', customer.id) : null;
    if (customerId === null || !totals || !maySee(context, customerId)) return null;
    const loaders = loadersOf(context);
    const [program, account, known, tiers, rules] = await Promise.all([
      loaders.program.load('merchant'),
      loaders.account.load(customerId),
      loaders.balance.load(customerId),
      loaders.tiers.load('merchant'),
      findRows(context.em, EarningRule, { isActive: true }),
    ]);
    if (!program) return null;
    const subtotal = parseMoney(totals.subtotal);
    const { currencyCode } = subtotal;
    const multiplier = tiers.find(({ id }) => id === account?.tierId)?.earnMultiplier ?? '1';
    // What the gateway brings along is a list, which its generated type takes for an object.
    const cartLines = (lines ?? []) as readonly CartLine[];
    const goods = await goodsOf(context, cartLines);
    const isGuess =
      rules.some((rule) => rule.categoryIds.length > 0) && cartLines.some((line) => !line.variant?.product);
    const terms = termsOf(program.isActive ? rules : [], { currencyCode, lines: goods }, multiplier, new Date());
    const redeemablePoints = mostRedeemable(known?.balance.available ?? 0, subtotal, program);
    const value = redeemablePoints === 0 ? money(0n, currencyCode) : valueOf(redeemablePoints, program);
    return {
      // As far as the cart knows: shipping counts once it is chosen.
      pointsToEarn: isGuess ? null : pointsFor(terms, parseMoney(totals.grandTotal).minor),
      redeemablePoints,
      redeemableValue: formatMoney(value),
    };
  },
};

/** The lines of a cart as earning rules look at them. */
async function goodsOf(context: RequestContext, lines: readonly CartLine[]): Promise<EarningLine[]> {
  const { category } = loadersOf(context);
  return Promise.all(
    lines.map(async ({ total, variant }) => {
      const productId = variant?.product ? decodeId('Product', variant.product.id) : null;
      return {
        totalMinor: parseMoney(total).minor.toString(),
        categoryIds: productId === null ? [] : await category.load(productId),
      };
    }),
  );
}
