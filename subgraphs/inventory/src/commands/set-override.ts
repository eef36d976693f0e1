import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { maxUnits, type Level } from '../domain/level.ts';
import { StockDraft } from '../domain/stock-draft.ts';
import { InventoryLevel } from '../entities/inventory-level.entity.ts';
import { lockStock } from '../ledger/lock-stock.ts';
import { writeStock } from '../ledger/write-stock.ts';
import { openPlaces } from './open-places.ts';

/** A number that shall count instead of what is on hand; null takes it away. */
export interface Override {
  readonly variantId: string | null;
  readonly locationId: string | null;
  readonly quantity: number | null;
  readonly reason: string;
  readonly expiresAt: Date | null;
}

/** Lays a number over what is on hand, or takes it away. The recorded number stays. */
export async function setOverride(
  tx: Transaction,
  override: Override,
): Promise<Outcome<{ levelId: string }, InventoryErrorCode>> {
  const { quantity, expiresAt } = override;
  if (quantity !== null && (quantity < 0 || quantity > maxUnits)) {
    return refuse('INVALID', `An override is 0 to ${maxUnits} units, got ${quantity}.`, ['quantity']);
  }
  if (expiresAt && expiresAt <= tx.now) {
    return refuse('INVALID', 'An override expires in the future. Pass null to clear one.', ['expiresAt']);
  }
  const { value: open, refusals } = await openPlaces(tx, { field: null, places: [override], reason: override.reason });
  if (!open) return { refusals };
  const level = open.draft.level(open.levelIds[0] ?? '');
  open.draft.override(level.id, quantity, { reason: override.reason });
  await writeStock(tx, open);
  await lay(tx, level, override);
  return done({ levelId: level.id });
}

/** Writes down that an override's time is over, unless it was renewed meanwhile. */
export async function clearExpiredOverride(tx: Transaction, levelId: string): Promise<void> {
  const found = await tx.em.findOne(InventoryLevel, { id: levelId });
  if (!found) return;
  const stock = await lockStock(tx, { variantIds: [found.variantId] });
  const [due] = await query<{ quantity: number }>(
    tx.em,
    `select override_quantity as quantity from "inventory"."level" where id = $1 and override_expires_at <= now()`,
    [levelId],
  );
  if (!due) return;
  // Decisions have not counted it for a while; the ledger tells the step from the number to what is recorded.
  const levels = stock.levels.map((level) =>
    level.id === levelId ? { ...level, overrideQuantity: due.quantity } : level,
  );
  const reason = 'The override ran out of time.';
  const draft = new StockDraft(levels);
  draft.override(levelId, null, { reason });
  await writeStock(tx, { draft });
  await lay(tx, draft.level(levelId), { quantity: null, reason, expiresAt: null });
}

async function lay(
  tx: Transaction,
  { id: levelId, variantId, locationId }: Level,
  { quantity, reason, expiresAt }: Pick<Override, 'quantity' | 'reason' | 'expiresAt'>,
): Promise<void> {
  const isSet = quantity !== null;
  await query(
    tx.em,
    `update "inventory"."level" set override_quantity = $2::int, override_reason = $3, override_expires_at = $4::timestamptz,
       override_actor_type = $5, override_actor_id = $6::uuid, override_at = $7::timestamptz
     where id = $1`,
    isSet
      ? [levelId, quantity, reason, expiresAt, tx.actor.type, tx.actor.id, tx.now]
      : [levelId, null, null, null, null, null, null],
  );
  tx.publish('InventoryOverrideSet', {
    levelId,
    variantId,
    locationId,
    quantity,
    reason,
    expiresAt: isSet ? (expiresAt?.toISOString() ?? null) : null,
  });
}
