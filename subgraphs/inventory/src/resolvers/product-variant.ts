import { decodeId, encodeId, findPage, tenantOf } from '@ordergraph/subgraph-server';
import type { ProductVariantResolvers } from '../../generated/graphql.ts';
import { freeUnits, statusOf } from '../domain/level.ts';
import { InventoryLevel } from '../entities/inventory-level.entity.ts';
import { loadersOf } from './loaders.ts';

/** What inventory adds to catalog's entity. A variant that inventory has not heard of yet has nothing to add. */
export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: ({ id }, context) => {
    const variantId = decodeId('ProductVariant', id);
    return variantId ? loadersOf(context).variant.load(variantId) : null;
  },
  id: (variant) => encodeId('ProductVariant', variant.id),
  availability: async (variant, _args, context) => {
    const loaders = loadersOf(context);
    const [levels, { showsQuantity }] = await Promise.all([
      loaders.levelsOfVariant.load(variant.id),
      loaders.settings.load(tenantOf(context)),
    ]);
    return { status: statusOf(levels), quantity: showsQuantity ? freeUnits(levels) : null };
  },
  inventoryLevels: (variant, page, context) =>
    findPage(context, InventoryLevel, { variantId: variant.id }, page, { property: 'id', isDescending: false }),
};
