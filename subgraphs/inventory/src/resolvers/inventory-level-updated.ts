import { codedError, decodeIds, type LiveSubject } from '@ordergraph/subgraph-server';
import type { InventoryLevelUpdateResolvers, SubscriptionResolvers } from '../../generated/graphql.ts';
import { InventoryLevel as InventoryLevelEntity } from '../entities/inventory-level.entity.ts';
import { loadersOf } from './loaders.ts';
import type { InventoryLevelUpdate as InventoryLevelUpdateModel } from './models.ts';

const maxLevels = 250;

export const inventoryLevelUpdated: SubscriptionResolvers['inventoryLevelUpdated'] = {
  async subscribe(_parent, { variantIds, locationIds, after }, context) {
    if (!variantIds && !locationIds)
      throw codedError('BAD_USER_INPUT', 'Expected `variantIds`, `locationIds` or both: nobody watches all levels.');
    const levels = await context.em.find(
      InventoryLevelEntity,
      {
        ...(variantIds ? { variantId: { $in: decodeIds('ProductVariant', variantIds) } } : {}),
        ...(locationIds ? { locationId: { $in: decodeIds('Location', locationIds) } } : {}),
      },
      { fields: ['id'], limit: maxLevels + 1, orderBy: { id: 'asc' } },
    );
    if (levels.length > maxLevels)
      throw codedError('LIMIT_EXCEEDED', `More than ${maxLevels} levels fit. Name fewer variants or locations.`);
    return context.live.newest<InventoryLevelEntity>({
      subjects: levels.map(({ id }): LiveSubject => ['level', id]),
      after,
      async read(now, [, levelId]) {
        const level = await loadersOf(now).level.load(levelId);
        return level && { version: level.version, item: level };
      },
    });
  },
  resolve: (update: InventoryLevelUpdateModel) => update,
};

export const InventoryLevelUpdate: InventoryLevelUpdateResolvers = {
  inventoryLevel: ({ item }) => item,
};
