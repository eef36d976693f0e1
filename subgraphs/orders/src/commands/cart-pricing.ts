import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { money, zero, type Money } from '@ordergraph/money';
import { findRow, findRows, query } from '@ordergraph/tenancy';
import { priceLine, shippingPriceOf, storeTotals, totalsOf, type PricedLine, type Totals } from '../domain/pricing.ts';
import type { Cart, FrozenCart, StoredCartLine, StoredCartProblem } from '../entities/cart.entity.ts';
import { MerchantCopy, VariantCopy } from '../entities/copies.entity.ts';
import { ShippingMethod } from '../entities/shipping-method.entity.ts';

/** A cart line at the price of today. */
export interface CartLineNow {
  readonly line: StoredCartLine;
  /** Null when catalog no longer sells it. */
  readonly variant: VariantCopy | null;
  /** Null when it has no price in the cart's currency. */
  readonly unitPrice: string | null;
  readonly priced: PricedLine;
}

/** A cart at the prices of today. */
export interface CartNow {
  readonly lines: readonly CartLineNow[];
  readonly options: readonly { readonly method: ShippingMethod; readonly price: Money }[];
  readonly selected: { readonly method: ShippingMethod; readonly price: Money } | null;
  readonly totals: Totals;
  readonly problems: readonly StoredCartProblem[];
}

/** A cart with its prices, in the hands of whoever changed it. */
export interface PricedCart {
  readonly cart: Cart;
  readonly now: CartNow;
}

/** The title under which a variant is sold: of the product alone when the variant adds nothing to it. */
export function titleOf(variant: VariantCopy): string {
  return variant.title === variant.productTitle || variant.title === ''
    ? variant.productTitle
    : `${variant.productTitle} – ${variant.title}`;
}

/** What a unit costs today; null when it is not sold, or not in this currency. */
export function unitPriceOf(variant: VariantCopy | null, currencyCode: string): string | null {
  if (variant?.productStatus !== 'ACTIVE') return null;
  return variant.basePrices.find((price) => price.currencyCode === currencyCode)?.amount ?? null;
}

const untaxed = { taxesIncluded: true, taxRates: [] };

/** The merchant's settings, as far as orders has heard of them. */
export async function merchantSettings(em: SqlEntityManager): Promise<MerchantCopy | null> {
  // Row-level security leaves one row: that of the tenant.
  return findRow(em, MerchantCopy, {});
}

/** What carts are priced by: the variants, the ways to ship and the settings of today. */
export interface PriceBasis {
  readonly variants: readonly VariantCopy[];
  readonly methods: readonly ShippingMethod[];
  readonly settings: MerchantCopy | null;
}

const findMethods = (em: SqlEntityManager): Promise<ShippingMethod[]> =>
  findRows(em, ShippingMethod, { isActive: true }, { orderBy: { priceMinor: 'asc', handle: 'asc' } });

/**
 * Finds what a cart is priced by, with its lines as they stand when the statement runs: asked for together with the
 * cart's lock, it sees the lines that are locked. `others` are variants that are not on the cart yet.
 */
export async function findPriceBasis(
  em: SqlEntityManager,
  cartId: string,
  others: readonly string[] = [],
): Promise<PriceBasis> {
  const [variants, methods, settings] = await Promise.all([
    query<VariantCopy>(
      em,
      `select v.id, v.tenant_id as "tenantId", v.product_id as "productId", v.sku, v.title,
         v.product_title as "productTitle", v.product_status as "productStatus", v.base_prices as "basePrices",
         v.tax_code as "taxCode", v.requires_shipping as "requiresShipping"
       from "orders"."variant_copy" v
       where v.id = any(array(select (l.line ->> 'variantId')::uuid from "orders"."cart" c,
         jsonb_array_elements(c.lines) as l(line) where c.id = $1) || $2::uuid[])`,
      [cartId, others],
    ),
    findMethods(em),
    merchantSettings(em),
  ]);
  return { variants, methods, settings };
}

/** Prices a cart as it stands: three statements, whatever its size. */
export async function priceCart(em: SqlEntityManager, cart: Cart): Promise<CartNow> {
  const [variants, methods, settings] = await Promise.all([
    findRows(em, VariantCopy, { id: cart.lines.map((line) => line.variantId) }),
    // Nothing is shipped to nowhere.
    cart.shippingAddress ? findMethods(em) : [],
    merchantSettings(em),
  ]);
  return priceBy({ variants, methods, settings }, cart);
}

/** Prices a cart by what was found for it. */
export function priceBy({ variants, methods, settings }: PriceBasis, cart: Cart): CartNow {
  const rules = settings ?? untaxed;
  const byId = new Map(variants.map((variant) => [variant.id, variant]));
  const none = zero(cart.currencyCode);

  const lines = cart.lines.map((line): CartLineNow => {
    const variant = byId.get(line.variantId) ?? null;
    const unitPrice = unitPriceOf(variant, cart.currencyCode);
    const priced =
      unitPrice === null
        ? { total: none, tax: none, taxLines: [] }
        : priceLine({ quantity: line.quantity, unitPrice, taxCode: variant?.taxCode ?? '' }, cart.currencyCode, rules);
    return { line, variant, unitPrice, priced };
  });
  const subtotal = totalsOf(
    lines.map(({ priced }) => priced),
    none,
    none,
    rules,
  ).subtotal;
  const countryCode = cart.shippingAddress?.countryCode;
  const options = countryCode
    ? methods.flatMap((method) => {
        const freeFrom =
          method.freeFromMinor === null || method.freeFromMinor === undefined
            ? null
            : money(method.freeFromMinor, method.currencyCode);
        const price = shippingPriceOf(
          { price: money(method.priceMinor, method.currencyCode), freeFrom, countryCodes: method.countryCodes },
          subtotal,
          countryCode,
        );
        return price ? [{ method, price }] : [];
      })
    : [];
  const selected = options.find(({ method }) => method.handle === cart.shippingHandle) ?? null;
  const totals = totalsOf(
    lines.map(({ priced }) => priced),
    selected?.price ?? none,
    none,
    rules,
  );
  return { lines, options, selected, totals, problems: problemsOf(cart, lines, options.length) };
}

function problemsOf(cart: Cart, lines: readonly CartLineNow[], optionCount: number): StoredCartProblem[] {
  const nothing = { variantId: null, availableQuantity: null, newUnitPrice: null };
  const problems: StoredCartProblem[] = [];
  for (const { line, unitPrice } of lines) {
    const about = { ...nothing, variantId: line.variantId };
    if (unitPrice === null) {
      problems.push({ ...about, code: 'VARIANT_UNAVAILABLE', message: 'This is no longer sold. Remove the line.' });
    } else if (line.seenPrice !== null && line.seenPrice !== unitPrice) {
      problems.push({
        ...about,
        code: 'PRICE_CHANGED',
        message: `The price is now ${unitPrice}.`,
        newUnitPrice: unitPrice,
      });
    }
  }
  if (cart.shippingAddress && optionCount === 0 && lines.some(({ variant }) => variant?.requiresShipping)) {
    problems.push({ ...nothing, code: 'ADDRESS_UNSERVICEABLE', message: 'No shipping method reaches this address.' });
  }
  return problems;
}

/** What the customer agrees to by beginning checkout. */
export function freeze(now: CartNow): FrozenCart {
  return {
    lines: now.lines.flatMap(({ line, variant, unitPrice, priced }) =>
      variant && unitPrice !== null
        ? [
            {
              lineId: line.id,
              variantId: variant.id,
              productId: variant.productId,
              sku: variant.sku,
              title: titleOf(variant),
              quantity: line.quantity,
              unitPrice,
              totalMinor: priced.total.minor.toString(),
              taxMinor: priced.tax.minor.toString(),
              taxLines: priced.taxLines,
            },
          ]
        : [],
    ),
    totals: storeTotals(now.totals),
    shippingHandle: now.selected?.method.handle ?? null,
    carrierCode: now.selected?.method.carrierCode ?? null,
  };
}
