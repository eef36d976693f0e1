import type { Transaction } from '@ordergraph/events';
import { done, type Outcome } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { CatalogErrorCode } from '../../generated/graphql.ts';
import { lockProduct } from './update-product.ts';

/** Takes a product off sale for good. Archiving it again changes nothing. */
export async function archiveProduct(
  tx: Transaction,
  productId: string,
  expectedVersion: number | null,
): Promise<Outcome<{ productId: string }, CatalogErrorCode>> {
  const locked = await lockProduct(tx, productId, expectedVersion);
  if (!locked.value) return locked;
  const product = locked.value;
  if (product.status === 'ARCHIVED') return done({ productId });

  product.status = 'ARCHIVED';
  product.updatedAt = tx.now;
  await tx.em.flush();
  const variants = await query<{ id: string }>(
    tx.em,
    'select id from "catalog"."product_variant" where product_id = $1 order by position, id',
    [productId],
  );
  tx.publish('ProductArchived', { productId, variantIds: variants.map(({ id }) => id) });
  return done({ productId });
}
