import type { Transaction } from '@ordergraph/events';
import type { Money } from '@ordergraph/money';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { OrderErrorCode } from '../../generated/graphql.ts';
import { ShippingMethod } from '../entities/shipping-method.entity.ts';
import { merchantSettings } from './cart-pricing.ts';

export interface ShippingMethodInput {
  /** Null creates a method. */
  readonly id: string | null;
  readonly handle: string;
  readonly title: string;
  readonly price: Money;
  readonly freeFrom: Money | null;
  readonly countryCodes: readonly string[];
  readonly carrierCode: string;
  readonly isActive: boolean;
}

/** Creates a shipping method, or changes one. */
export async function upsertShippingMethod(
  tx: Transaction,
  input: ShippingMethodInput,
): Promise<Outcome<{ shippingMethodId: string }, OrderErrorCode>> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.handle)) {
    return refuse('INVALID', 'A handle has lower-case letters, digits and dashes.', ['handle']);
  }
  if (input.price.minor < 0n) return refuse('INVALID', 'A price is zero or more.', ['price']);
  if (input.freeFrom && input.freeFrom.minor < 0n) return refuse('INVALID', 'A price is zero or more.', ['freeFrom']);
  if (input.freeFrom && input.freeFrom.currencyCode !== input.price.currencyCode) {
    return refuse('INVALID', `Expected ${input.price.currencyCode}, as the price.`, ['freeFrom']);
  }
  const other = await tx.em.findOne(ShippingMethod, { handle: input.handle });
  if (other && other.id !== input.id) return refuse('INVALID', 'Another shipping method has this handle.', ['handle']);
  const method = input.id ? await tx.em.findOne(ShippingMethod, { id: input.id }) : null;
  if (input.id && !method) return refuse('NOT_FOUND', 'There is no such shipping method.', ['id']);
  const sold = (await merchantSettings(tx.em))?.currencyCodes ?? null;
  // One that the merchant has given up may stay, so that such a method can still be switched off.
  if (sold && !sold.includes(input.price.currencyCode) && input.price.currencyCode !== method?.currencyCode) {
    const message = `The merchant sells in ${sold.join(', ')}, not in ${input.price.currencyCode}.`;
    return refuse('INVALID', message, ['price']);
  }
  const { id: _id, price, freeFrom, countryCodes, ...fields } = input;
  const row = {
    ...fields,
    countryCodes: [...countryCodes],
    priceMinor: price.minor,
    currencyCode: price.currencyCode,
    freeFromMinor: freeFrom?.minor ?? null,
  };
  const saved = method
    ? tx.em.assign(method, row)
    : tx.em.create(ShippingMethod, { id: newId(), tenantId: tx.tenantId, ...row });
  await tx.em.flush();
  return done({ shippingMethodId: saved.id });
}
