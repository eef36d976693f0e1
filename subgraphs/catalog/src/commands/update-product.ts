import { LockMode } from '@mikro-orm/postgresql';
import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome, type Refusal } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { productProblems } from '../domain/product-rules.ts';
import { isSameValue } from '../domain/same-value.ts';
import { Category } from '../entities/category.entity.ts';
import { Product, type ProductStatus, type StoredMedia } from '../entities/product.entity.ts';
import { refusalsOf } from './refusals.ts';
import { writeSearchTokens } from './write-search-tokens.ts';

/** What is to change; absent fields stay. */
export interface ProductChanges {
  readonly handle?: string;
  readonly title?: string;
  readonly description?: string | null;
  readonly status?: ProductStatus;
  readonly categoryId?: string | null;
  readonly tags?: readonly string[];
  readonly media?: readonly StoredMedia[];
}

/** Finds and locks a product at the version that the caller saw. */
export async function lockProduct(
  tx: Transaction,
  productId: string,
  expectedVersion: number | null,
): Promise<Outcome<Product, CatalogErrorCode>> {
  const product = await tx.em.findOne(Product, productId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!product) return refuse('NOT_FOUND', 'There is no product with this id.', ['id']);
  if (expectedVersion !== null && product.version !== expectedVersion) {
    const message = `Expected version ${expectedVersion}, but the product is at ${product.version}. Read it again, then retry.`;
    return refuse('VERSION_MISMATCH', message, ['expectedVersion']);
  }
  return done(product);
}

async function refusalsFor(
  tx: Transaction,
  product: Product,
  changes: ProductChanges,
): Promise<Refusal<CatalogErrorCode>[]> {
  const { handle, categoryId, status } = changes;
  const refusals = refusalsOf('INVALID', productProblems(changes));
  if (status !== undefined && status !== product.status && (status === 'ARCHIVED' || product.status === 'ARCHIVED')) {
    const message =
      status === 'ARCHIVED' ? 'Archive a product with productArchive.' : 'An archived product is off sale for good.';
    refusals.push(...refuse('INVALID' as const, message, ['status']).refusals);
  }
  if (
    handle !== undefined &&
    handle !== product.handle &&
    (await tx.em.findOne(Product, { handle }, { fields: ['id'] }))
  ) {
    refusals.push(...refuse('HANDLE_TAKEN' as const, `Another product has the handle ${handle}.`, ['handle']).refusals);
  }
  if (
    categoryId &&
    categoryId !== product.categoryId &&
    !(await tx.em.findOne(Category, categoryId, { fields: ['id'] }))
  ) {
    refusals.push(...refuse('NOT_FOUND' as const, 'There is no category with this id.', ['categoryId']).refusals);
  }
  return refusals;
}

const fieldNames = ['handle', 'title', 'description', 'status', 'categoryId', 'tags', 'media'] as const;

/** Changes a product, but not its variants. */
export async function updateProduct(
  tx: Transaction,
  productId: string,
  changes: ProductChanges,
  expectedVersion: number | null,
): Promise<Outcome<{ productId: string }, CatalogErrorCode>> {
  const locked = await lockProduct(tx, productId, expectedVersion);
  if (!locked.value) return locked;
  const product = locked.value;
  const refusals = await refusalsFor(tx, product, changes);
  if (refusals.length > 0) return { refusals };

  const wanted = {
    handle: changes.handle ?? product.handle,
    title: changes.title ?? product.title,
    description: changes.description === undefined ? product.description : changes.description,
    status: changes.status ?? product.status,
    categoryId: changes.categoryId === undefined ? product.categoryId : changes.categoryId,
    tags: changes.tags ? [...new Set(changes.tags)] : product.tags,
    media: changes.media ? changes.media.map(({ url, altText }) => ({ url, altText })) : product.media,
  };
  const changedPaths = fieldNames.filter((name) => !isSameValue(wanted[name], product[name]));
  if (changedPaths.length === 0) return done({ productId });

  tx.em.assign(product, { ...wanted, updatedAt: tx.now });
  await tx.em.flush();
  const { handle, title, description, status, categoryId, tags } = wanted;
  if (changedPaths.some((name) => name === 'title' || name === 'description' || name === 'tags')) {
    const rows = await query<{ sku: string }>(
      tx.em,
      'select sku from "catalog"."product_variant" where product_id = $1',
      [productId],
    );
    await writeSearchTokens(tx, productId, {
      title,
      description: description ?? null,
      tags,
      skus: rows.map(({ sku }) => sku),
    });
  }
  tx.publish('ProductUpdated', {
    productId,
    handle,
    title,
    status,
    categoryId: categoryId ?? null,
    tags,
    changedPaths,
  });
  return done({ productId });
}
