import { perRequest } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import type { Level } from '../domain/level.ts';
import { InventoryLevel } from '../entities/inventory-level.entity.ts';
import { InventorySettings } from '../entities/inventory-settings.entity.ts';
import { Location } from '../entities/location.entity.ts';
import { StockReservation } from '../entities/stock-reservation.entity.ts';
import { StockedVariant } from '../entities/stocked-variant.entity.ts';
import { fallbackSettings } from '../ledger/lock-stock.ts';

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => {
  const { em } = context;
  const location = new DataLoader<string, Location | null>(async (ids) => {
    const rows = await em.find(Location, { id: { $in: [...ids] } }, { refresh: true });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
  const level = new DataLoader<string, InventoryLevel | null>(async (ids) => {
    const rows = await em.find(InventoryLevel, { id: { $in: [...ids] } }, { refresh: true });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
  const reservation = new DataLoader<string, StockReservation | null>(async (ids) => {
    const rows = await em.find(StockReservation, { id: { $in: [...ids] } }, { refresh: true });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
  const reservationsOfOrder = new DataLoader<string, StockReservation[]>(async (ids) => {
    const rows = await em.find(StockReservation, { orderId: { $in: [...ids] } }, { orderBy: { id: 'asc' } });
    const byOrder = Map.groupBy(rows, (row) => row.orderId);
    return ids.map((id) => byOrder.get(id) ?? []);
  });
  // Holds beyond their time that nobody has given back yet: they count no longer.
  const expiredUnits = new DataLoader<string, number>(
    async (levelIds) => {
      const rows = await em.find(
        StockReservation,
        { levelId: { $in: [...levelIds] }, status: 'HELD', expiresAt: { $lte: new Date() } },
        { fields: ['levelId', 'quantity'] },
      );
      const byLevel = Map.groupBy(rows, (row) => row.levelId);
      return levelIds.map((id) => (byLevel.get(id) ?? []).reduce((sum, row) => sum + row.quantity, 0));
    },
    { cache: false },
  );
  const settings = new DataLoader<string, Pick<InventorySettings, keyof typeof fallbackSettings | 'version'>>(
    async (tenantIds) => {
      const found = await em.findOne(InventorySettings, { tenantId: { $in: [...tenantIds] } }, { refresh: true });
      return tenantIds.map(() => found ?? { ...fallbackSettings, version: 1 });
    },
  );
  const variant = new DataLoader<string, { readonly id: string } | null>(async (ids) => {
    const rows = await em.find(StockedVariant, { id: { $in: [...ids] } }, { fields: ['id'] });
    const known = new Set(rows.map((row) => row.id));
    return ids.map((id) => (known.has(id) ? { id } : null));
  });
  /** The levels of a variant as decisions see them. */
  const levelsOfVariant = new DataLoader<string, Level[]>(async (variantIds) => {
    const rows = await em.find(InventoryLevel, { variantId: { $in: [...variantIds] } });
    const levels = await Promise.all(rows.map((row) => asDecided(row)));
    const byVariant = Map.groupBy(levels, (one) => one.variantId);
    return variantIds.map((id) => byVariant.get(id) ?? []);
  });

  async function asDecided(row: InventoryLevel): Promise<Level> {
    const [place, expired, { defaultLowStockThreshold }] = await Promise.all([
      location.load(row.locationId),
      expiredUnits.load(row.id),
      settings.load(row.tenantId),
    ]);
    return {
      id: row.id,
      variantId: row.variantId,
      locationId: row.locationId,
      onHand: row.onHand,
      reserved: row.reserved - expired,
      allocated: row.allocated,
      safetyStock: row.safetyStock,
      backorderLimit: row.backorderLimit,
      lowStockThreshold: row.lowStockThreshold ?? defaultLowStockThreshold,
      overrideQuantity: isOverrideOver(row) ? null : (row.overrideQuantity ?? null),
      isActive: place?.isActive ?? false,
      priority: place?.priority ?? 0,
    };
  }

  return { location, level, reservation, reservationsOfOrder, settings, variant, levelsOfVariant, asDecided };
});

/** True when a level has no override that still counts. */
export const isOverrideOver = (row: InventoryLevel): boolean =>
  row.overrideQuantity == null || (row.overrideExpiresAt != null && row.overrideExpiresAt <= new Date());
