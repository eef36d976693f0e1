import { codedError, decodeIds, type LiveSubject, type RequestContext } from '@ordergraph/subgraph-server';
import type { InventoryLevelUpdateResolvers, SubscriptionResolvers } from '../../generated/graphql.ts';
import { InventoryLevel as InventoryLevelEntity } from '../entities/inventory-level.entity.ts';
import { loadersOf } from './loaders.ts';
import type { InventoryLevelUpdate as InventoryLevelUpdateModel } from './models.ts';

const maxLevels = 250;

type Named = readonly string[] | null | undefined;

/** The ids that a subscriber names. One that can name nothing would be waited for in vain, so all have to be well formed. */
function idsIn(argument: string, type: string, named: Named): string[] | undefined {
  if (!named) return undefined;
  if (named.length === 0) throw codedError('BAD_USER_INPUT', `\`${argument}\` is empty. Name one, or leave it out.`);
  const ids = decodeIds(type, named);
  if (ids.length < named.length)
    throw codedError('BAD_USER_INPUT', `Expected ids of the type ${type} in \`${argument}\`, and not all of them are.`);
  return ids;
}

/** Another merchant's variant or location is as unknown as one that does not exist. */
async function assertKnown(context: RequestContext, variantIds: string[] = [], locationIds: string[] = []) {
  const { variant, location } = loadersOf(context);
  const found = await Promise.all([
    ...variantIds.map((id) => variant.load(id)),
    ...locationIds.map((id) => location.load(id)),
  ]);
  if (found.includes(null))
    throw codedError(
      'NOT_FOUND',
      'One of these variants or locations does not exist, or inventory has not heard of it yet.',
    );
}

export const inventoryLevelUpdated: SubscriptionResolvers['inventoryLevelUpdated'] = {
  async subscribe(_parent, { after, ...named }, context) {
    const variantIds = idsIn('variantIds', 'ProductVariant', named.variantIds);
    const locationIds = idsIn('locationIds', 'Location', named.locationIds);
    if (!variantIds && !locationIds)
      throw codedError('BAD_USER_INPUT', 'Expected `variantIds`, `locationIds` or both: nobody watches all levels.');
    await assertKnown(context, variantIds, locationIds);
    const levels = await context.em.find(
      InventoryLevelEntity,
      {
        ...(variantIds ? { variantId: { $in: variantIds } } : {}),
        ...(locationIds ? { locationId: { $in: locationIds } } : {}),
      },
      { fields: ['id'], limit: maxLevels + 1, orderBy: { id: 'asc' } },
    );
    if (levels.length === 0)
      throw codedError('NOT_FOUND', 'No stock was ever counted there, so there is no level to watch yet.');
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
