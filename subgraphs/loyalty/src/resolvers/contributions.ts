import { formatMoney, money, parseMoney } from '@ordergraph/money';
import { codedError, decodeId, encodeId } from '@ordergraph/subgraph-server';
import { findRows } from '@ordergraph/tenancy';
import type {
  CartResolvers,
  CustomerResolvers,
  OrderLoyaltyResolvers,
  OrderResolvers,
} from '../../generated/graphql.ts';
import { pointsFor, termsOf } from '../domain/earning.ts';
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

/** Contributed to the cart, by whose it is and what its goods cost. */
export const Cart: CartResolvers & { totals(cart: { totals?: unknown }): unknown } = {
  __resolveReference: (reference) => reference,
  // Orders' own; the gateway brings it along, and nobody else asks here for it.
  totals({ totals }) {
    if (totals) return totals;
    throw codedError('BAD_USER_INPUT', 'Totals of a cart are read from orders.');
  },
  loyaltyQuote: async ({ customer, totals }, _args, context) => {
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
    const terms = termsOf(program.isActive ? rules : [], { currencyCode, lines: [] }, multiplier, new Date());
    const redeemablePoints = mostRedeemable(known?.balance.available ?? 0, subtotal, program);
    const value = redeemablePoints === 0 ? money(0n, currencyCode) : valueOf(redeemablePoints, program);
    return {
      pointsToEarn: pointsFor(terms, subtotal.minor),
      redeemablePoints,
      redeemableValue: formatMoney(value),
    };
  },
};
