import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRows, insertRows, newId } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Cart, type StoredCartLine } from '../entities/cart.entity.ts';
import { VariantCopy, type MerchantCopy } from '../entities/copies.entity.ts';
import { merchantSettings, priceBy, unitPriceOf, type PricedCart } from './cart-pricing.ts';

export interface QuantityOfVariant {
  readonly variantId: string;
  readonly quantity: number;
}

/** A cart holds at most this many different variants. */
export const maxCartLines = 250;
const maxQuantity = 1_000_000;

/** What a new cart is made of. */
export interface CartParts {
  readonly settings: MerchantCopy | null;
  readonly variants: readonly VariantCopy[];
}

/** Finds what a cart with these lines is made of. */
export async function findCartParts(tx: Transaction, lines: readonly QuantityOfVariant[]): Promise<CartParts> {
  const [settings, variants] = await Promise.all([
    merchantSettings(tx.em),
    findRows(tx.em, VariantCopy, { id: lines.map(({ variantId }) => variantId) }),
  ]);
  return { settings, variants };
}

/** Opens a cart, empty or with lines. */
export function createCart(
  tx: Transaction,
  { settings, variants }: CartParts,
  input: { currencyCode: string; customerId: string | null; email: string | null; lines: readonly QuantityOfVariant[] },
): Outcome<PricedCart, OrderErrorCode> {
  const { currencyCode } = input;
  if (settings && !settings.currencyCodes.includes(currencyCode)) {
    return refuse('INVALID', `The merchant sells in ${settings.currencyCodes.join(', ')}.`, ['currencyCode']);
  }
  const merged = mergeLines(currencyCode, [], input.lines, variants);
  if (merged.refusals) return merged;
  const cart: Cart = {
    id: newId(),
    tenantId: tx.tenantId,
    version: 1,
    status: 'ACTIVE',
    customerId: input.customerId,
    createdBy: tx.actor,
    email: input.email,
    currencyCode,
    lines: merged.value,
    shippingAddress: null,
    billingAddress: null,
    shippingHandle: null,
    frozen: null,
    problems: [],
    checkoutSagaId: null,
    checkoutExpiresAt: null,
    orderId: null,
    createdAt: tx.now,
    updatedAt: tx.now,
  };
  insertRows(tx.em, Cart, [cart]);
  // It has no address yet that anything could be shipped to.
  return done({ cart, now: priceBy({ variants, settings, methods: [] }, cart) });
}

/** Lays quantities over a cart's lines: 0 removes a line. Prices that the customer has seen are noted anew. */
export function mergeLines(
  currencyCode: string,
  lines: readonly StoredCartLine[],
  changes: readonly QuantityOfVariant[],
  variants: readonly VariantCopy[],
): Outcome<StoredCartLine[], OrderErrorCode> {
  const invalid = changes.findIndex(({ quantity }) => quantity < 0 || quantity > maxQuantity);
  if (invalid >= 0)
    return refuse('INVALID', `A quantity is 0 to ${maxQuantity}.`, ['lines', String(invalid), 'quantity']);
  const repeated = changes.findIndex(
    ({ variantId }, index) => changes.findIndex((other) => other.variantId === variantId) !== index,
  );
  if (repeated >= 0) return refuse('INVALID', 'Name each variant once.', ['lines', String(repeated), 'variantId']);
  const quantities = new Map(lines.map((line) => [line.variantId, line.quantity]));
  for (const { variantId, quantity } of changes) quantities.set(variantId, quantity);
  const wanted = [...quantities].filter(([, quantity]) => quantity > 0);
  if (wanted.length > maxCartLines) return refuse('INVALID', `A cart holds at most ${maxCartLines} lines.`, ['lines']);

  const byId = new Map(variants.map((variant) => [variant.id, variant]));
  const unknown = changes.findIndex(({ variantId, quantity }) => quantity > 0 && !byId.has(variantId));
  if (unknown >= 0) return refuse('NOT_FOUND', 'There is no such variant.', ['lines', String(unknown), 'variantId']);
  return done(
    wanted.map(([variantId, quantity]) => ({
      id: lines.find((line) => line.variantId === variantId)?.id ?? newId(),
      variantId,
      quantity,
      seenPrice: unitPriceOf(byId.get(variantId) ?? null, currencyCode),
    })),
  );
}
