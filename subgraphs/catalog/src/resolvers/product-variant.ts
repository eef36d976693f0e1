import { formatMoney } from '@ordergraph/money';
import { codedError, decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { ProductVariantResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { priceOf } from '../commands/variant-rows.ts';
import { loadersOf } from './loaders.ts';
import { findProduct, visibleVariant } from './visible.ts';

export const productVariant: QueryResolvers['productVariant'] = async (_parent, { id, sku }, context) => {
  if ((id == null) === (sku == null)) throw codedError('BAD_USER_INPUT', 'Expected exactly one of `id` and `sku`.');
  if (sku != null) return visibleVariant(context, await loadersOf(context).variantBySku.load(sku));
  const variantId = decodeId('ProductVariant', id ?? '');
  return variantId ? visibleVariant(context, await loadersOf(context).variant.load(variantId)) : null;
};

export const ProductVariant: ProductVariantResolvers = {
  async __resolveReference(reference, context) {
    const { variant, variantBySku } = loadersOf(context);
    if ('sku' in reference && typeof reference.sku === 'string') {
      return visibleVariant(context, await variantBySku.load(reference.sku));
    }
    const variantId =
      'id' in reference && typeof reference.id === 'string' ? decodeId('ProductVariant', reference.id) : null;
    return variantId ? visibleVariant(context, await variant.load(variantId)) : null;
  },
  id: (row) => encodeId('ProductVariant', row.id),
  basePrices: (row) => row.basePrices.map((price) => formatMoney(priceOf(price))),
  async product(row, _args, context) {
    const found = await findProduct(context, row.productId);
    if (!found) throw new Error(`Variant ${row.id} was reached without its product.`);
    return found;
  },
};
