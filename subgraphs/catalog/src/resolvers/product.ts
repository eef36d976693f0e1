import { codedError, decodeId, encodeId } from '@ordergraph/subgraph-server';
import type { ProductResolvers, QueryResolvers } from '../../generated/graphql.ts';
import { Product as ProductEntity } from '../entities/product.entity.ts';
import { loadersOf } from './loaders.ts';
import { variantPage } from './variant-page.ts';
import { findProduct } from './visible.ts';

export const product: QueryResolvers['product'] = async (_parent, { id, handle }, context) => {
  if ((id == null) === (handle == null))
    throw codedError('BAD_USER_INPUT', 'Expected exactly one of `id` and `handle`.');
  if (id != null) return findProduct(context, decodeId('Product', id));
  const found = await context.em.findOne(ProductEntity, { handle: handle ?? '' }, { fields: ['id'] });
  return findProduct(context, found?.id ?? null);
};

export const Product: ProductResolvers = {
  __resolveReference: ({ id }, context) => findProduct(context, decodeId('Product', id)),
  id: (row) => encodeId('Product', row.id),
  category: (row, _args, context) => (row.categoryId ? loadersOf(context).category.load(row.categoryId) : null),
  variants: (row, page, context) => variantPage(context, row.id, page),
};
