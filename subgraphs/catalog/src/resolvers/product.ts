import { codedError, decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { ProductResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { Product as ProductEntity } from '../entities/product.entity.ts';
import { loadersOf } from './loaders.ts';

export const product: QueryResolvers['product'] = async (_parent, { id, handle }, context) => {
  if ((id == null) === (handle == null)) throw codedError('BAD_USER_INPUT', 'Expected exactly one of `id` and `handle`.');
  if (handle != null) return context.em.findOne(ProductEntity, { handle });
  const productId = decodeId('Product', id ?? '');
  return productId ? loadersOf(context).product.load(productId) : null;
};

export const Product: ProductResolvers = {
  id: (row) => encodeId('Product', row.id),
};
