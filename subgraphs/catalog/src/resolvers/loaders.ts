import { perRequest } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import { Category } from '../entities/category.entity.ts';
import { ProductVariant } from '../entities/product-variant.entity.ts';
import { Product } from '../entities/product.entity.ts';

/** In the order of the keys; null where there is no row. */
function inOrder<Row>(keys: readonly string[], rows: readonly Row[], keyOf: (row: Row) => string): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

// A request with two mutations reads the same row twice, and must see what the second one made of it.
const fresh = { disableIdentityMap: true } as const;

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest(({ em }) => ({
  product: new DataLoader<string, Product | null>(async (ids) =>
    inOrder(ids, await em.find(Product, { id: { $in: [...ids] } }, fresh), (row) => row.id),
  ),
  category: new DataLoader<string, Category | null>(async (ids) =>
    inOrder(ids, await em.find(Category, { id: { $in: [...ids] } }, fresh), (row) => row.id),
  ),
  variant: new DataLoader<string, ProductVariant | null>(async (ids) =>
    inOrder(ids, await em.find(ProductVariant, { id: { $in: [...ids] } }, fresh), (row) => row.id),
  ),
  variantBySku: new DataLoader<string, ProductVariant | null>(async (skus) =>
    inOrder(skus, await em.find(ProductVariant, { sku: { $in: [...skus] } }, fresh), (row) => row.sku),
  ),
  variantsOfProduct: new DataLoader<string, ProductVariant[]>(async (ids) => {
    const where = { productId: { $in: [...ids] } };
    const rows = await em.find(ProductVariant, where, { ...fresh, orderBy: [{ position: 'asc' }, { id: 'asc' }] });
    const byProduct = Map.groupBy(rows, (row) => row.productId);
    return ids.map((id) => byProduct.get(id) ?? []);
  }),
}));
