import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { Cart, type StoredCartLine } from '../entities/cart.entity.ts';
import { VariantCopy } from '../entities/copies.entity.ts';
import { merchantSettings, unitPriceOf } from './cart-pricing.ts';

export interface QuantityOfVariant {
  readonly variantId: string;
  readonly quantity: number;
}

/** A cart holds at most this many different variants. */
export const maxCartLines = 250;
const maxQuantity = 1_000_000;

/** Opens a cart, empty or with lines. */
export async function createCart(
  tx: Transaction,
  input: { currencyCode: string; customerId: string | null; email: string | null; lines: readonly QuantityOfVariant[] },
): Promise<Outcome<{ cartId: string }, OrderErrorCode>> {
  const settings = await merchantSettings(tx.em);
  if (settings && !settings.currencyCodes.includes(input.currencyCode)) {
    return refuse('INVALID', `The merchant sells in ${settings.currencyCodes.join(', ')}.`, ['currencyCode']);
  }
  const merged = await mergeLines(tx, input.currencyCode, [], input.lines);
  if (merged.refusals) return merged;
  const cart = tx.em.create(Cart, {
    id: newId(),
    tenantId: tx.tenantId,
    version: 1,
    status: 'ACTIVE',
    customerId: input.customerId,
    createdBy: tx.actor,
    email: input.email,
    currencyCode: input.currencyCode,
    lines: merged.value,
    problems: [],
    createdAt: tx.now,
    updatedAt: tx.now,
  });
  await tx.em.flush();
  return done({ cartId: cart.id });
}

/** Lays quantities over a cart's lines: 0 removes a line. Prices that the customer has seen are noted anew. */
export async function mergeLines(
  tx: Transaction,
  currencyCode: string,
  lines: readonly StoredCartLine[],
  changes: readonly QuantityOfVariant[],
): Promise<Outcome<StoredCartLine[], OrderErrorCode>> {
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

  const variants = await tx.em.find(VariantCopy, { id: { $in: wanted.map(([variantId]) => variantId) } });
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
