import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome, type Refusal } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { productProblems } from '../domain/product-rules.ts';
import { Category } from '../entities/category.entity.ts';
import { ProductVariant } from '../entities/product-variant.entity.ts';
import { Product, type ProductStatus, type StoredMedia } from '../entities/product.entity.ts';
import { refusalsOf } from './refusals.ts';
import { catalogVariant, clashingVariants, fieldsOf, malformedVariants, type VariantInput } from './variant-rows.ts';
import { writeSearchTokens } from './write-search-tokens.ts';

/** A product as the command takes it. Ids are given by importers, which derive them so that a repetition finds them. */
export interface NewProduct {
  readonly id?: string;
  readonly handle: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: ProductStatus;
  readonly categoryId: string | null;
  readonly tags: readonly string[];
  readonly media: readonly StoredMedia[];
  readonly variants: readonly (VariantInput & { readonly id?: string })[];
}

async function refusalsFor(tx: Transaction, input: NewProduct): Promise<Refusal<CatalogErrorCode>[]> {
  const malformed = [...refusalsOf('INVALID', productProblems(input)), ...malformedVariants(input.variants)];
  if (malformed.length > 0) return malformed;
  const refusals = await clashingVariants(tx, input.variants);
  if (await tx.em.findOne(Product, { handle: input.handle }, { fields: ['id'] })) {
    refusals.push(
      ...refuse('HANDLE_TAKEN' as const, `Another product has the handle ${input.handle}.`, ['handle']).refusals,
    );
  }
  if (input.categoryId && !(await tx.em.findOne(Category, input.categoryId, { fields: ['id'] }))) {
    refusals.push(...refuse('NOT_FOUND' as const, 'There is no category with this id.', ['categoryId']).refusals);
  }
  return refusals;
}

/** Adds a product with its variants. */
export async function createProduct(
  tx: Transaction,
  input: NewProduct,
): Promise<Outcome<{ productId: string; variantIds: string[] }, CatalogErrorCode>> {
  const refusals = await refusalsFor(tx, input);
  if (refusals.length > 0) return { refusals };

  const { handle, title, description, status, categoryId } = input;
  const { tenantId } = tx;
  const tags = [...new Set(input.tags)];
  const productId = input.id ?? newId();
  const variants = input.variants.map((variant) => ({ id: variant.id ?? newId(), ...fieldsOf(variant) }));
  // Plain inserts: an importer adds thousands of products, which entities in memory would only slow down.
  await tx.em.insert(Product, {
    id: productId,
    tenantId,
    handle,
    title,
    description,
    status,
    categoryId,
    tags,
    media: input.media.map(({ url, altText }) => ({ url, altText })),
    createdAt: tx.now,
    updatedAt: tx.now,
    version: 1,
  });
  await tx.em.insertMany(
    ProductVariant,
    variants.map((variant, position) => ({ ...variant, tenantId, productId, position })),
  );
  await writeSearchTokens(tx, productId, { title, description, tags, skus: variants.map(({ sku }) => sku) });
  tx.publish('ProductCreated', {
    productId,
    handle,
    title,
    status,
    categoryId,
    tags,
    variants: variants.map((variant) => catalogVariant(variant.id, variant)),
  });
  return done({ productId, variantIds: variants.map(({ id }) => id) });
}
