import {
  add,
  compare,
  formatMoney,
  money,
  multiplyPrice,
  subtract,
  sum,
  taxOn,
  taxWithin,
  zero,
  type DecimalMoney,
  type Money,
} from '@ordergraph/money';

/** What a merchant charges on top of, or within, a price of one tax class. */
export interface TaxRate {
  readonly taxCode: string;
  readonly title: string;
  /** A fraction: `0.19`. */
  readonly rate: string;
}

/** A line before its total is known. */
export interface LineToPrice {
  readonly quantity: number;
  /** An exact decimal in major units; it may have more digits than the currency. */
  readonly unitPrice: string;
  readonly taxCode: string;
}

/** One tax on a line, as it is stored with the order. */
export interface StoredTaxLine {
  readonly title: string;
  readonly rate: string;
  readonly minor: string;
}

export interface PricedLine {
  readonly total: Money;
  readonly tax: Money;
  readonly taxLines: readonly StoredTaxLine[];
}

/** `grandTotal = subtotal + shippingTotal + (taxesIncluded ? 0 : taxTotal) − loyaltyTotal`. */
export interface Totals {
  readonly subtotal: Money;
  readonly shippingTotal: Money;
  /** Tax on lines and shipping. */
  readonly taxTotal: Money;
  /** The part of `taxTotal` that shipping carries. */
  readonly shippingTax: Money;
  readonly loyaltyTotal: Money;
  readonly grandTotal: Money;
  readonly taxesIncluded: boolean;
}

/** How a merchant sells: what prices contain and what is added. */
export interface TaxRules {
  readonly taxesIncluded: boolean;
  readonly taxRates: readonly TaxRate[];
}

function taxOf(amount: Money, taxCode: string, rules: TaxRules): { tax: Money; taxLines: StoredTaxLine[] } {
  const found = rules.taxRates.find((rate) => rate.taxCode === taxCode);
  if (!found) return { tax: zero(amount.currencyCode), taxLines: [] };
  const tax = rules.taxesIncluded ? taxWithin(amount, found.rate) : taxOn(amount, found.rate);
  return { tax, taxLines: [{ title: found.title, rate: found.rate, minor: tax.minor.toString() }] };
}

/** The total and the tax of one line: rounded HALF_EVEN once, after the quantity, so that a client can recompute it. */
export function priceLine(line: LineToPrice, currencyCode: string, rules: TaxRules): PricedLine {
  const total = multiplyPrice(line.unitPrice, line.quantity, currencyCode);
  return { total, ...taxOf(total, line.taxCode, rules) };
}

/** The class of shipping among a merchant's tax rates. */
const shippingTaxCode = 'shipping';

/** What everything comes to. Tax on shipping is that of the class `shipping`, none when the merchant has no such rate. */
export function totalsOf(
  lines: readonly PricedLine[],
  shippingTotal: Money,
  loyaltyTotal: Money,
  rules: TaxRules,
): Totals {
  const { currencyCode } = shippingTotal;
  const subtotal = sum(
    currencyCode,
    lines.map((line) => line.total),
  );
  const shippingTax = taxOf(shippingTotal, shippingTaxCode, rules).tax;
  const taxTotal = add(
    sum(
      currencyCode,
      lines.map((line) => line.tax),
    ),
    shippingTax,
  );
  const gross = add(subtotal, shippingTotal);
  const due = rules.taxesIncluded ? gross : add(gross, taxTotal);
  return {
    subtotal,
    shippingTotal,
    taxTotal,
    shippingTax,
    loyaltyTotal,
    grandTotal: subtract(due, loyaltyTotal),
    taxesIncluded: rules.taxesIncluded,
  };
}

/** Totals as JSON keeps them, in minor units. */
export interface StoredTotals {
  readonly currencyCode: string;
  readonly subtotal: string;
  readonly shippingTotal: string;
  readonly taxTotal: string;
  readonly shippingTax: string;
  readonly loyaltyTotal: string;
  readonly grandTotal: string;
  readonly taxesIncluded: boolean;
}

const amounts = ['subtotal', 'shippingTotal', 'taxTotal', 'shippingTax', 'loyaltyTotal', 'grandTotal'] as const;

export function storeTotals(totals: Totals): StoredTotals {
  const digits = Object.fromEntries(amounts.map((name) => [name, totals[name].minor.toString()]));
  return {
    currencyCode: totals.grandTotal.currencyCode,
    taxesIncluded: totals.taxesIncluded,
    // `amounts` names exactly the fields of StoredTotals that are amounts.
    ...(digits as Record<(typeof amounts)[number], string>),
  };
}

/** Totals as they were stored. */
export function readTotals(stored: StoredTotals): Totals {
  const read = (minor: string) => money(BigInt(minor), stored.currencyCode);
  return {
    subtotal: read(stored.subtotal),
    shippingTotal: read(stored.shippingTotal),
    taxTotal: read(stored.taxTotal),
    shippingTax: read(stored.shippingTax),
    loyaltyTotal: read(stored.loyaltyTotal),
    grandTotal: read(stored.grandTotal),
    taxesIncluded: stored.taxesIncluded,
  };
}

/** Totals as the API and events tell them. */
export interface RenderedTotals {
  readonly subtotal: DecimalMoney;
  readonly shippingTotal: DecimalMoney;
  readonly taxTotal: DecimalMoney;
  readonly loyaltyTotal: DecimalMoney;
  readonly grandTotal: DecimalMoney;
  readonly taxesIncluded: boolean;
}

export function renderTotals(stored: StoredTotals): RenderedTotals {
  const render = (minor: string) => formatMoney(money(BigInt(minor), stored.currencyCode));
  return {
    subtotal: render(stored.subtotal),
    shippingTotal: render(stored.shippingTotal),
    taxTotal: render(stored.taxTotal),
    loyaltyTotal: render(stored.loyaltyTotal),
    grandTotal: render(stored.grandTotal),
    taxesIncluded: stored.taxesIncluded,
  };
}

/** A way to ship, as far as its price goes. */
export interface ShippingPrice {
  readonly price: Money;
  readonly freeFrom: Money | null;
  readonly countryCodes: readonly string[];
}

/** What shipping costs for a subtotal, or null when the method does not reach the country or sells in another currency. */
export function shippingPriceOf(method: ShippingPrice, subtotal: Money, countryCode: string): Money | null {
  if (method.price.currencyCode !== subtotal.currencyCode) return null;
  if (method.countryCodes.length > 0 && !method.countryCodes.includes(countryCode)) return null;
  const isFree = method.freeFrom?.currencyCode === subtotal.currencyCode && compare(subtotal, method.freeFrom) >= 0;
  return isFree ? zero(subtotal.currencyCode) : method.price;
}
