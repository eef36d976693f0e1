import { decodeId, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { MutationResolvers, ProductUpdateInput } from '../../generated/graphql.ts';
import { updateProduct, type ProductChanges } from '../commands/update-product.ts';
import { againOnCollision } from './again-on-collision.ts';
import { loadersOf } from './loaders.ts';
import { unknownId } from './unknown-id.ts';

const required = ['handle', 'title', 'status'] as const;

/** The fields that are there; null clears those that can be empty. */
function changesOf(input: ProductUpdateInput, categoryId: string | null): ProductChanges {
  const { handle, title, description, status, tags, media } = input;
  return {
    ...(handle == null ? {} : { handle }),
    ...(title == null ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(status == null ? {} : { status }),
    ...(input.categoryId === undefined ? {} : { categoryId }),
    ...(tags === undefined ? {} : { tags: tags ?? [] }),
    ...(media === undefined ? {} : { media: media ?? [] }),
  };
}

export const productUpdate: MutationResolvers['productUpdate'] = async (_parent, { input }, context) => {
  const productId = decodeId('Product', input.id);
  const categoryId = input.categoryId == null ? null : decodeId('Category', input.categoryId);
  const refused = required
    .filter((name) => input[name] === null)
    .map((name) => ({ code: 'INVALID' as const, message: `A product always has its ${name}.`, field: [name] }));
  if (refused.length > 0) return { product: null, userErrors: refused };
  if (!productId) return { product: null, userErrors: [unknownId('id')] };
  if (input.categoryId != null && !categoryId) return { product: null, userErrors: [unknownId('categoryId')] };

  const changes = changesOf(input, categoryId);
  const { value, refusals } = await againOnCollision(() =>
    refuseWhileRunning(() =>
      context.transact((tx) => updateProduct(tx, productId, changes, input.expectedVersion ?? null)),
    ),
  );
  if (!value) return { product: null, userErrors: refusals };
  return { product: await loadersOf(context).product.clear(productId).load(productId), userErrors: [] };
};
