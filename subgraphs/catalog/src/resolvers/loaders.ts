import { perRequest } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import { ProductVariant } from '../entities/product-variant.entity.ts';
import { Product } from '../entities/product.entity.ts';

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => ({
  product: new DataLoader<string, Product | null>(async (ids) => {
    const rows = await context.em.find(Product, { id: { $in: [...ids] } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  variantsOfProduct: new DataLoader<string, ProductVariant[]>(async (ids) => {
    const rows = await context.em.find(ProductVariant, { productId: { $in: [...ids] } }, { orderBy: { position: 'asc' } });
    const byProduct = Map.groupBy(rows, (row) => row.productId);
    return ids.map((id) => byProduct.get(id) ?? []);
  }),
}));
