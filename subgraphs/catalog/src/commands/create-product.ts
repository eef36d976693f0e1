import type { Transaction } from '@ordergraph/events';
import { formatMoney, type Money } from '@ordergraph/money';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { ProductVariant } from '../entities/product-variant.entity.ts';
import { Product, type StoredMedia } from '../entities/product.entity.ts';

/** A variant as a command takes it. */
export interface NewVariant {
  readonly sku: string;
  readonly title: string;
  readonly options: readonly { name: string; value: string }[];
  readonly basePrices: readonly Money[];
  readonly barcode: string | null;
  readonly weightGrams: number | null;
  readonly requiresShipping: boolean;
  readonly taxCode: string;
}

export interface NewProduct {
  readonly handle: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: 'DRAFT' | 'ACTIVE' | 'ARCHIVED';
  readonly categoryId: string | null;
  readonly tags: readonly string[];
  readonly media: readonly StoredMedia[];
  readonly variants: readonly NewVariant[];
}

/** Adds a product with its variants. */
export async function createProduct(
  tx: Transaction,
  input: NewProduct,
): Promise<Outcome<{ productId: string; variantIds: string[] }, CatalogErrorCode>> {
  if (input.variants.length === 0) return refuse('INVALID', 'A product needs at least one variant.', ['variants']);
  if (await tx.em.findOne(Product, { handle: input.handle }, { fields: ['id'] })) {
    return refuse('HANDLE_TAKEN', `Another product has the handle ${input.handle}.`, ['handle']);
  }
  const skus = input.variants.map((variant) => variant.sku);
  const taken = await tx.em.find(ProductVariant, { sku: { $in: skus } }, { fields: ['sku'] });
  const clash = taken[0]?.sku ?? skus.find((sku, index) => skus.indexOf(sku) !== index);
  if (clash !== undefined) {
    return refuse('SKU_TAKEN', `The SKU ${clash} is in use.`, ['variants', String(skus.indexOf(clash)), 'sku']);
  }

  const { variants, ...fields } = input;
  const product = tx.em.create(Product, {
    ...fields,
    id: newId(),
    tenantId: tx.tenantId,
    tags: [...input.tags],
    media: [...input.media],
    createdAt: tx.now,
    updatedAt: tx.now,
  });
  const created = variants.map((variant, position) =>
    tx.em.create(ProductVariant, {
      ...variant,
      id: newId(),
      tenantId: tx.tenantId,
      productId: product.id,
      options: [...variant.options],
      basePrices: variant.basePrices.map(({ minor, currencyCode }) => ({ minor: minor.toString(), currencyCode })),
      position,
    }),
  );
  tx.publish('ProductCreated', {
    productId: product.id,
    handle: input.handle,
    title: input.title,
    status: input.status,
    categoryId: input.categoryId,
    tags: [...input.tags],
    variants: variants.map((variant, position) => ({
      variantId: created[position]?.id ?? '',
      sku: variant.sku,
      title: variant.title,
      basePrices: variant.basePrices.map(formatMoney),
      weightGrams: variant.weightGrams,
      requiresShipping: variant.requiresShipping,
      taxCode: variant.taxCode,
    })),
  });
  await tx.em.flush();
  return done({ productId: product.id, variantIds: created.map((variant) => variant.id) });
}
