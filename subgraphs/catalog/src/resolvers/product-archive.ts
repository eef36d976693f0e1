import { decodeId, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { archiveProduct } from '../commands/archive-product.ts';
import { loadersOf } from './loaders.ts';
import { unknownId } from './unknown-id.ts';

export const productArchive: MutationResolvers['productArchive'] = async (_parent, { input }, context) => {
  const productId = decodeId('Product', input.id);
  if (!productId) return { product: null, userErrors: [unknownId('id')] };
  const { value, refusals } = await refuseWhileRunning(() =>
    context.transact((tx) => archiveProduct(tx, productId, input.expectedVersion ?? null)),
  );
  if (!value) return { product: null, userErrors: refusals };
  return { product: await loadersOf(context).product.clear(productId).load(productId), userErrors: [] };
};
