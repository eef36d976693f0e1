import { connectionOf, type Connection, type RequestContext } from '@ordergraph/subgraph-server';
import type { ProductVariant } from '../entities/product-variant.entity.ts';
import { loadersOf } from './loaders.ts';

/** A page of a product's variants. All variants of all products that a request shows come with one query. */
export async function variantPage(
  context: RequestContext,
  productId: string,
  page: { readonly first: number; readonly after?: string | null },
): Promise<Connection<ProductVariant>> {
  const all = await loadersOf(context).variantsOfProduct.load(productId);
  const [position, id] = page.after ? context.cursors.open(page.after) : [-1, ''];
  const isBehind = (row: ProductVariant): boolean =>
    row.position > Number(position) || (row.position === Number(position) && row.id > String(id));
  return connectionOf({
    rows: all.filter(isBehind).slice(0, page.first + 1),
    page,
    cursorOf: (row) => context.cursors.seal([row.position, row.id]),
    count: async () => all.length,
  });
}
