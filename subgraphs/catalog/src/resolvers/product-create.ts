import { decodeId, once, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { createProduct } from '../commands/create-product.ts';
import { againOnCollision } from './again-on-collision.ts';
import { loadersOf } from './loaders.ts';
import { unknownId } from './unknown-id.ts';
import { readVariants } from './variant-input.ts';

export const productCreate: MutationResolvers['productCreate'] = async (_parent, { input }, context) => {
  const { idempotencyKey, ...fields } = input;
  const { actor } = context.viewer;
  const call = { operation: 'productCreate', key: idempotencyKey, input: fields, actor: `${actor.type}:${actor.id}` };
  const categoryId = fields.categoryId == null ? null : decodeId('Category', fields.categoryId);
  const { variants, refusals: unreadable } = readVariants(fields.variants);
  fields.variants.forEach((variant, index) => {
    if (variant.id != null) unreadable.push(unknownId('variants', String(index), 'id'));
  });
  if (fields.categoryId != null && !categoryId) unreadable.push(unknownId('categoryId'));
  if (unreadable.length > 0) return { product: null, userErrors: unreadable };

  const product = {
    ...fields,
    description: fields.description ?? null,
    categoryId,
    variants: variants.map(({ id: _new, ...variant }) => variant),
  };
  const { value, refusals } = await againOnCollision(() =>
    refuseWhileRunning(() => context.transact((tx) => once(tx, 'catalog', call, () => createProduct(tx, product)))),
  );
  if (!value) return { product: null, userErrors: refusals };
  return { product: await loadersOf(context).product.clear(value.productId).load(value.productId), userErrors: [] };
};
