import type { Transaction } from '@ordergraph/events';
import { newId } from '@ordergraph/tenancy';
import { StockDraft } from '../domain/stock-draft.ts';
import type { Level } from '../domain/level.ts';
import type { Location } from '../entities/location.entity.ts';
import { lockStock, type LockedStock } from './lock-stock.ts';

/** A place for units of a variant, whether or not any were ever there. */
export interface Place {
  readonly variantId: string;
  readonly location: Location;
}

/** A draft over the levels at these places; those without a row yet are opened when the draft is written. */
export interface OpenLevels {
  readonly draft: StockDraft;
  readonly newLevels: readonly Level[];
  readonly stock: LockedStock;
  idAt(place: Place): string;
}

/** Locks the levels of the variants concerned, and adds empty ones where there are none. */
export async function openLevels(tx: Transaction, places: readonly Place[], cartId?: string): Promise<OpenLevels> {
  const variantIds = [...new Set(places.map((place) => place.variantId))];
  const stock = await lockStock(tx, { variantIds, ...(cartId === undefined ? {} : { cartId }) });
  const keyOf = (variantId: string, locationId: string): string => `${variantId} ${locationId}`;
  const ids = new Map(stock.levels.map((level) => [keyOf(level.variantId, level.locationId), level.id]));
  const newLevels: Level[] = [];
  for (const { variantId, location } of places) {
    const key = keyOf(variantId, location.id);
    if (ids.has(key)) continue;
    const { isActive, priority, id: locationId } = location;
    const counts = { onHand: 0, reserved: 0, allocated: 0, safetyStock: 0, backorderLimit: 0, overrideQuantity: null };
    const lowStockThreshold = stock.defaultLowStockThreshold;
    const level: Level = { ...counts, id: newId(), variantId, locationId, lowStockThreshold, isActive, priority };
    ids.set(key, level.id);
    newLevels.push(level);
  }
  return {
    draft: new StockDraft([...stock.levels, ...newLevels]),
    newLevels,
    stock,
    idAt({ variantId, location }) {
      const id = ids.get(keyOf(variantId, location.id));
      if (!id) throw new Error(`No level of ${variantId} was opened at ${location.id}.`);
      return id;
    },
  };
}
