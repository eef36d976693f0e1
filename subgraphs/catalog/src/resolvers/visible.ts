import { isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';
import type { ProductVariant } from '../entities/product-variant.entity.ts';
import type { Product } from '../entities/product.entity.ts';
import { loadersOf } from './loaders.ts';

/** Whether the caller sees what is not on sale. */
export const seesAll = (context: RequestContext): boolean => isStaffOrApp(context);

/** The product, if the caller may see it: shoppers see what is on sale. */
export async function findProduct(context: RequestContext, productId: string | null): Promise<Product | null> {
  const product = productId ? await loadersOf(context).product.load(productId) : null;
  return seesAll(context) || product?.status === 'ACTIVE' ? product : null;
}

/** The variant, if the caller may see its product. */
export async function visibleVariant(
  context: RequestContext,
  variant: ProductVariant | null,
): Promise<ProductVariant | null> {
  if (!variant || seesAll(context)) return variant;
  return (await findProduct(context, variant.productId)) ? variant : null;
}
