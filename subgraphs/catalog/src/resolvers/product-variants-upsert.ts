import { decodeId, once, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { upsertVariants } from '../commands/upsert-variants.ts';
import { againOnCollision } from './again-on-collision.ts';
import { loadersOf } from './loaders.ts';
import { unknownId } from './unknown-id.ts';
import { readVariants } from './variant-input.ts';

export const productVariantsUpsert: MutationResolvers['productVariantsUpsert'] = async (
  _parent,
  { input },
  context,
) => {
  const { idempotencyKey, ...fields } = input;
  const { actor } = context.viewer;
  const call = {
    operation: 'productVariantsUpsert',
    key: idempotencyKey,
    input: fields,
    actor: `${actor.type}:${actor.id}`,
  };
  const productId = decodeId('Product', fields.productId);
  const { variants, refusals: unreadable } = readVariants(fields.variants);
  if (!productId) unreadable.push(unknownId('productId'));
  if (!productId || unreadable.length > 0) return { productVariants: null, userErrors: unreadable };

  const { value, refusals } = await againOnCollision(() =>
    refuseWhileRunning(() =>
      context.transact((tx) => once(tx, 'catalog', call, () => upsertVariants(tx, productId, variants))),
    ),
  );
  if (!value) return { productVariants: null, userErrors: refusals };
  const { variant, variantsOfProduct } = loadersOf(context);
  variantsOfProduct.clear(productId);
  const rows = await Promise.all(value.variantIds.map((id) => variant.clear(id).load(id)));
  return { productVariants: rows.filter((row) => row !== null), userErrors: [] };
};
