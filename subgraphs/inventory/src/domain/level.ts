/** What a shopper may know about the stock of a variant. */
export type AvailabilityStatus = 'IN_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK' | 'BACKORDER';

/** One variant at one location, as decisions see it: an override that ran out is already gone. */
export interface Level {
  readonly id: string;
  readonly variantId: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly safetyStock: number;
  readonly backorderLimit: number;
  readonly lowStockThreshold: number;
  /** Counts instead of `onHand` while there is one. */
  readonly overrideQuantity: number | null;
  /** Of the location. An inactive one keeps what it has and promises nothing. */
  readonly isActive: boolean;
  /** Of the location; lower goes first. */
  readonly priority: number;
}

/** Large enough for any shelf, small enough that no sum of levels leaves the range of `Int`. */
export const maxUnits = 1_000_000_000;

/** What counts as on hand. */
export const effectiveOnHand = (level: Pick<Level, 'onHand' | 'overrideQuantity'>): number =>
  level.overrideQuantity ?? level.onHand;

/** Units that may still be promised; negative by what was sold on backorder. */
export const availableOf = (
  level: Pick<Level, 'onHand' | 'overrideQuantity' | 'allocated' | 'reserved' | 'safetyStock'>,
): number => effectiveOnHand(level) - level.allocated - level.reserved - level.safetyStock;

/** Units on the shelf that nobody has a claim on. */
export const freeUnitsOf = (level: Level): number => (level.isActive ? Math.max(0, availableOf(level)) : 0);

/** Units that may be promised, those on backorder included. */
export const promisableOf = (level: Level): number =>
  level.isActive ? Math.max(0, availableOf(level) + level.backorderLimit) : 0;

/** Units of one variant on all shelves that nobody has a claim on. */
export const freeUnits = (levels: readonly Level[]): number =>
  levels.reduce((sum, level) => sum + freeUnitsOf(level), 0);

/** What a shopper may know about a variant, from its levels at all locations. */
export function statusOf(levels: readonly Level[]): AvailabilityStatus {
  const free = freeUnits(levels);
  if (free === 0) return levels.some((level) => promisableOf(level) > 0) ? 'BACKORDER' : 'OUT_OF_STOCK';
  const threshold = Math.max(...levels.map((level) => level.lowStockThreshold));
  return free < threshold ? 'LOW_STOCK' : 'IN_STOCK';
}
