import { parseMoney } from '@ordergraph/money';
import { decodeId, once, refuseWhileRunning } from '@ordergraph/subgraph-server';
import type { MutationResolvers } from '../../generated/graphql.ts';
import { createProduct } from '../commands/create-product.ts';
import { loadersOf } from './loaders.ts';

export const productCreate: MutationResolvers['productCreate'] = async (_parent, { input }, context) => {
  const { idempotencyKey, ...fields } = input;
  const call = {
    operation: 'productCreate',
    key: idempotencyKey,
    input: fields,
    actor: `${context.viewer.actor.type}:${context.viewer.actor.id}`,
  };
  const { value, refusals } = await refuseWhileRunning(() =>
    context.transact((tx) =>
      once(tx, 'catalog', call, () =>
        createProduct(tx, {
          ...fields,
          description: fields.description ?? null,
          categoryId: fields.categoryId ? decodeId('Category', fields.categoryId) : null,
          variants: fields.variants.map((variant) => ({
            ...variant,
            basePrices: variant.basePrices.map(parseMoney),
            barcode: variant.barcode ?? null,
            weightGrams: variant.weightGrams ?? null,
          })),
        }),
      ),
    ),
  );
  return {
    product: value ? await loadersOf(context).product.load(value.productId) : null,
    userErrors: [...(refusals ?? [])],
  };
};
