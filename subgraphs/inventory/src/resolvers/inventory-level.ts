import type { FilterQuery } from '@mikro-orm/core';
import { raw } from '@mikro-orm/postgresql';
import {
  actorRef,
  decodeId,
  decodeIds,
  encodeId,
  findPage,
  isStaffOrApp,
  tenantOf,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import type {
  InventoryLevelResolvers,
  InventoryLevelWhereInput,
  QueryResolvers,
  StockMovementResolvers,
} from '../../generated/graphql.ts';
import { availableOf } from '../domain/level.ts';
import { quantityOf } from '../domain/movement.ts';
import { InventoryLevel as InventoryLevelEntity } from '../entities/inventory-level.entity.ts';
import { StockMovement as StockMovementEntity } from '../entities/stock-movement.entity.ts';
import { isOverrideOver, loadersOf } from './loaders.ts';

export const inventoryLevel: QueryResolvers['inventoryLevel'] = (_parent, { id }, context) => {
  const levelId = decodeId('InventoryLevel', id);
  return levelId ? loadersOf(context).level.load(levelId) : null;
};

export const inventoryLevels: QueryResolvers['inventoryLevels'] = async (_parent, { where, ...page }, context) =>
  findPage(context, InventoryLevelEntity, await conditionsOf(where ?? {}, context), page, {
    property: 'id',
    isDescending: false,
  });

async function conditionsOf(
  where: InventoryLevelWhereInput,
  context: RequestContext,
): Promise<FilterQuery<InventoryLevelEntity>> {
  const { ids, variantIds, locationIds, isLow, hasOverride, updatedAt } = where;
  const now = new Date();
  const conditions: FilterQuery<InventoryLevelEntity>[] = [];
  if (ids) conditions.push({ id: { $in: decodeIds('InventoryLevel', ids) } });
  if (variantIds) conditions.push({ variantId: { $in: decodeIds('ProductVariant', variantIds) } });
  if (locationIds) conditions.push({ locationId: { $in: decodeIds('Location', locationIds) } });
  if (updatedAt?.gte) conditions.push({ updatedAt: { $gte: new Date(updatedAt.gte) } });
  if (updatedAt?.lt) conditions.push({ updatedAt: { $lt: new Date(updatedAt.lt) } });
  if (hasOverride != null) {
    conditions.push(
      hasOverride
        ? { overrideQuantity: { $ne: null }, $or: [{ overrideExpiresAt: null }, { overrideExpiresAt: { $gt: now } }] }
        : { $or: [{ overrideQuantity: null }, { overrideExpiresAt: { $lte: now } }] },
    );
  }
  if (isLow != null) {
    const { defaultLowStockThreshold } = await loadersOf(context).settings.load(tenantOf(context));
    const aboveThreshold = raw(
      (
        alias,
      ) => `(coalesce(case when ${alias}.override_expires_at <= now() then null else ${alias}.override_quantity end,
        ${alias}.on_hand) - ${alias}.allocated - ${alias}.reserved - ${alias}.safety_stock
        - coalesce(${alias}.low_stock_threshold, ${defaultLowStockThreshold}))`,
    );
    conditions.push({ [aboveThreshold]: isLow ? { $lt: 0 } : { $gte: 0 } });
  }
  return { $and: conditions };
}

export const InventoryLevel: InventoryLevelResolvers = {
  __resolveReference: ({ id }, context) => {
    const levelId = decodeId('InventoryLevel', id);
    return levelId && isStaffOrApp(context) ? loadersOf(context).level.load(levelId) : null;
  },
  id: (row) => encodeId('InventoryLevel', row.id),
  variant: (row) => ({ id: row.variantId }),
  location: async (row, _args, context) => {
    const place = await loadersOf(context).location.load(row.locationId);
    if (!place) throw new Error(`The level ${row.id} lies at a location that does not exist.`);
    return place;
  },
  reserved: async (row, _args, context) => (await loadersOf(context).asDecided(row)).reserved,
  available: async (row, _args, context) => availableOf(await loadersOf(context).asDecided(row)),
  lowStockThreshold: async (row, _args, context) => (await loadersOf(context).asDecided(row)).lowStockThreshold,
  override: (row) => {
    const { overrideQuantity, overrideReason, overrideActorType, overrideAt } = row;
    if (isOverrideOver(row) || overrideQuantity == null || !overrideActorType || !overrideAt) return null;
    return {
      quantity: overrideQuantity,
      reason: overrideReason ?? '',
      setBy: actorRef({ type: overrideActorType, id: row.overrideActorId ?? null }),
      setAt: overrideAt,
      expiresAt: row.overrideExpiresAt,
    };
  },
  movements: (row, page, context) =>
    findPage(context, StockMovementEntity, { levelId: row.id }, page, { property: 'occurredAt', isDescending: true }),
};

export const StockMovement: StockMovementResolvers = {
  __resolveReference: ({ id }, context) => {
    const movementId = decodeId('StockMovement', id);
    return movementId && isStaffOrApp(context) ? context.em.findOne(StockMovementEntity, { id: movementId }) : null;
  },
  id: (row) => encodeId('StockMovement', row.id),
  quantity: ({ kind, deltaOnHand, deltaReserved, deltaAllocated }) =>
    quantityOf(kind, { onHand: deltaOnHand, reserved: deltaReserved, allocated: deltaAllocated }),
  actor: (row) => actorRef({ type: row.actorType, id: row.actorId ?? null }),
  orderId: (row) => row.orderId && encodeId('Order', row.orderId),
};
