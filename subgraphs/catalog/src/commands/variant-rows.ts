import type { Transaction } from '@ordergraph/events';
import { formatMoney, money, type Money } from '@ordergraph/money';
import type { Refusal } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { currencyProblems, negativePrices } from '../domain/prices.ts';
import { variantProblems } from '../domain/product-rules.ts';
import type { ProductVariant, StoredPrice } from '../entities/product-variant.entity.ts';
import { refusalsOf } from './refusals.ts';

/** A variant as commands take it. */
export interface VariantInput {
  readonly sku: string;
  readonly title: string;
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly basePrices: readonly Money[];
  readonly barcode: string | null;
  readonly weightGrams: number | null;
  readonly requiresShipping: boolean;
  readonly taxCode: string;
}

/** The columns that a variant's input fills. */
export type VariantFields = Omit<ProductVariant, 'id' | 'tenantId' | 'productId' | 'position'>;

/** The columns for a variant's input. */
export function fieldsOf(variant: VariantInput): VariantFields {
  return {
    sku: variant.sku,
    title: variant.title,
    options: variant.options.map(({ name, value }) => ({ name, value })),
    basePrices: variant.basePrices.map(({ minor, currencyCode }) => ({ minor: minor.toString(), currencyCode })),
    barcode: variant.barcode,
    weightGrams: variant.weightGrams,
    requiresShipping: variant.requiresShipping,
    taxCode: variant.taxCode,
  };
}

/** A stored price as money. */
export const priceOf = ({ minor, currencyCode }: StoredPrice): Money => money(BigInt(minor), currencyCode);

/** A variant as events carry it. */
export function catalogVariant(variantId: string, fields: VariantFields) {
  const { sku, title, basePrices, weightGrams, requiresShipping, taxCode } = fields;
  return {
    variantId,
    sku,
    title,
    basePrices: basePrices.map((price) => formatMoney(priceOf(price))),
    weightGrams,
    requiresShipping,
    taxCode,
  };
}

/** What is wrong with variants by themselves. */
export function malformedVariants(variants: readonly VariantInput[]): Refusal<CatalogErrorCode>[] {
  return refusalsOf('INVALID', [...variantProblems(variants), ...negativePrices(variants)]);
}

interface Standing {
  currencies: string[] | null;
  skus_taken: string[] | null;
}

/** What is wrong with variants as the merchant's catalog stands. `besides` are the variants that the input itself changes. */
export async function clashingVariants(
  tx: Transaction,
  variants: readonly VariantInput[],
  besides: readonly string[] = [],
): Promise<Refusal<CatalogErrorCode>[]> {
  const skus = variants.map((variant) => variant.sku);
  const [standing] = await query<Standing>(
    tx.em,
    `select (select currency_codes from "catalog"."merchant") as currencies,
       (select array_agg(sku) from "catalog"."product_variant" where sku = any($1) and id <> all($2::uuid[])) as skus_taken`,
    [skus, besides],
  );
  const taken = new Set(standing?.skus_taken ?? []);
  const skuProblems = skus.flatMap((sku, index) =>
    taken.has(sku) || skus.indexOf(sku) !== index
      ? [{ field: ['variants', String(index), 'sku'], message: `The SKU ${sku} is in use; each variant has its own.` }]
      : [],
  );
  return [
    ...refusalsOf('SKU_TAKEN', skuProblems),
    ...refusalsOf('CURRENCY_MISMATCH', currencyProblems(variants, standing?.currencies ?? null)),
  ];
}
