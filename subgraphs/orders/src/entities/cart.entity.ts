import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { StoredTaxLine, StoredTotals } from '../domain/pricing.ts';
import type { StoredActor, StoredAddress } from './stored.ts';

/** A line of a cart. */
export interface StoredCartLine {
  readonly id: string;
  readonly variantId: string;
  readonly quantity: number;
  /** What a unit cost when the customer last changed the cart; checkout refuses to charge anything else. */
  readonly seenPrice: string | null;
}

/** What checkout froze: it stands until the deadline whatever catalog says meanwhile. */
export interface FrozenCart {
  readonly lines: readonly {
    readonly lineId: string;
    readonly variantId: string;
    readonly productId: string;
    readonly sku: string;
    readonly title: string;
    readonly quantity: number;
    readonly unitPrice: string;
    readonly totalMinor: string;
    readonly taxMinor: string;
    readonly taxLines: readonly StoredTaxLine[];
    /** Its part of what redeemed points are worth; absent when none are. */
    readonly loyaltyMinor?: string;
  }[];
  /** Points set aside to pay with; absent when there are none. */
  readonly redemption?: { readonly id: string; readonly points: number };
  readonly totals: StoredTotals;
  readonly shippingHandle: string | null;
  readonly carrierCode: string | null;
}

/** Something about the cart that changed under the customer. */
export interface StoredCartProblem {
  readonly code:
    | 'INSUFFICIENT_STOCK'
    | 'PRICE_CHANGED'
    | 'VARIANT_UNAVAILABLE'
    | 'CHECKOUT_EXPIRED'
    | 'ADDRESS_UNSERVICEABLE'
    | 'PAYMENT_DECLINED';
  readonly message: string;
  readonly variantId: string | null;
  readonly availableQuantity: number | null;
  readonly newUnitPrice: string | null;
}

const CartSchema = defineEntity({
  name: 'Cart',
  ...tenantTable('orders', 'cart'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    // Counts what the customer changes. Not MikroORM's own version: checkout's steps must not change what was agreed to.
    version: p.integer(),
    status: p.text().$type<'ACTIVE' | 'CHECKOUT_STARTING' | 'IN_CHECKOUT' | 'COMPLETED' | 'ABANDONED'>(),
    customerId: p.uuid().nullable(),
    createdBy: p.json<StoredActor>(),
    email: p.text().nullable(),
    currencyCode: p.text(),
    lines: p.json<StoredCartLine[]>(),
    shippingAddress: p.json<StoredAddress>().nullable(),
    billingAddress: p.json<StoredAddress>().nullable(),
    shippingHandle: p.text().nullable(),
    frozen: p.json<FrozenCart>().nullable(),
    problems: p.json<StoredCartProblem[]>(),
    checkoutSagaId: p.uuid().nullable(),
    checkoutExpiresAt: p.datetime(3).nullable(),
    orderId: p.uuid().nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
  indexes: [{ properties: ['tenantId', 'customerId'] }],
});

/** What a customer is about to buy. */
export class Cart extends CartSchema.class {}
CartSchema.setClass(Cart);
