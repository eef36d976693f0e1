import { availableOf, effectiveOnHand, freeUnits, statusOf, type AvailabilityStatus, type Level } from './level.ts';
import { deltasOf, type Deltas, type MovementKind } from './movement.ts';

/** What a movement says besides what it does. */
export interface Facts {
  readonly reason?: string | null;
  readonly reference?: string | null;
  readonly cartId?: string | null;
  readonly orderId?: string | null;
  readonly reservationId?: string | null;
  readonly refundId?: string | null;
  readonly orderLineId?: string | null;
  /** When it happened, when that was not now. */
  readonly occurredAt?: Date;
}

/** A level's columns as events tell them: `onHand` is what counts. */
export interface Columns {
  readonly onHand: number;
  readonly allocated: number;
  readonly reserved: number;
  readonly safetyStock: number;
  readonly available: number;
}

/** A line of the ledger that is about to be written. */
export interface DraftMovement {
  readonly level: Level;
  readonly kind: MovementKind;
  readonly deltas: Deltas;
  readonly before: Columns;
  readonly after: Columns;
  readonly facts: Facts;
}

/** Everything that one decision does to one level. */
export interface LevelChange extends Deltas {
  readonly levelId: string;
  readonly movements: number;
  /** True when it promises units, which the level must then really have. */
  readonly isPromise: boolean;
}

/** A variant whose public status crossed a boundary. */
export interface StatusChange {
  readonly variantId: string;
  readonly before: AvailabilityStatus;
  readonly after: AvailabilityStatus;
  readonly available: number;
}

const columnsOf = (level: Level): Columns => ({
  onHand: effectiveOnHand(level),
  allocated: level.allocated,
  reserved: level.reserved,
  safetyStock: level.safetyStock,
  available: availableOf(level),
});

/** Movements in the making: a working copy of some levels, and the ledger lines that lead to it. */
export class StockDraft {
  readonly #before: ReadonlyMap<string, Level>;
  readonly #now: Map<string, Level>;
  readonly #idAt: ReadonlyMap<string, string>;
  readonly movements: DraftMovement[] = [];

  /** Takes all levels of each variant concerned, since a variant's status is decided over all of them. */
  constructor(levels: readonly Level[]) {
    this.#before = new Map(levels.map((level) => [level.id, level]));
    this.#now = new Map(this.#before);
    this.#idAt = new Map(levels.map((level) => [`${level.variantId} ${level.locationId}`, level.id]));
  }

  /** The levels as they are after the movements so far. */
  get levels(): Level[] {
    return [...this.#now.values()];
  }

  level(id: string): Level {
    const level = this.#now.get(id);
    if (!level) throw new Error(`The level ${id} is not part of this draft; lock all levels that a decision moves.`);
    return level;
  }

  levelAt(variantId: string, locationId: string): Level | undefined {
    const id = this.#idAt.get(`${variantId} ${locationId}`);
    return id === undefined ? undefined : this.level(id);
  }

  /** Adds a movement. Units are positive; an adjustment alone may be negative. */
  move(levelId: string, kind: MovementKind, units: number, facts: Facts): void {
    const level = this.level(levelId);
    const deltas = deltasOf(kind, units);
    this.#add(level, kind, deltas, facts, {
      ...level,
      onHand: level.onHand + deltas.onHand,
      reserved: level.reserved + deltas.reserved,
      allocated: level.allocated + deltas.allocated,
    });
  }

  /** Lays a number over what is on hand, or takes it away. */
  override(levelId: string, quantity: number | null, facts: Facts): void {
    const level = this.level(levelId);
    const kind = quantity === null ? 'OVERRIDE_CLEARED' : 'OVERRIDE_SET';
    this.#add(level, kind, deltasOf(kind, 0), facts, { ...level, overrideQuantity: quantity });
  }

  #add(level: Level, kind: MovementKind, deltas: Deltas, facts: Facts, after: Level): void {
    this.#now.set(level.id, after);
    this.movements.push({ level, kind, deltas, facts, before: columnsOf(level), after: columnsOf(after) });
  }

  /** The sum of the movements per level. */
  changes(): LevelChange[] {
    return [...Map.groupBy(this.movements, (movement) => movement.level.id)].map(([levelId, movements]) => ({
      levelId,
      onHand: movements.reduce((sum, movement) => sum + movement.deltas.onHand, 0),
      reserved: movements.reduce((sum, movement) => sum + movement.deltas.reserved, 0),
      allocated: movements.reduce((sum, movement) => sum + movement.deltas.allocated, 0),
      movements: movements.length,
      isPromise: movements.some(({ kind }) => kind === 'RESERVED' || kind === 'ALLOCATED'),
    }));
  }

  statusChanges(): StatusChange[] {
    const moved = new Set(this.movements.map((movement) => movement.level.variantId));
    return [...Map.groupBy(this.levels, (level) => level.variantId)].flatMap(([variantId, levels]) => {
      if (!moved.has(variantId)) return [];
      const before = statusOf(levels.flatMap((level) => this.#before.get(level.id) ?? []));
      const after = statusOf(levels);
      return before === after ? [] : [{ variantId, before, after, available: freeUnits(levels) }];
    });
  }
}
