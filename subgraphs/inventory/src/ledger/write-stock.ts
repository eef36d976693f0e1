import type { Transaction } from '@ordergraph/events';
import { newId, query, write } from '@ordergraph/tenancy';
import type { Level } from '../domain/level.ts';
import type { DraftMovement, StockDraft } from '../domain/stock-draft.ts';
import { publishAnswer, type Answer } from './stock-answer.ts';
import { StockMoved, type Claim } from './lock-stock.ts';

/** A hold that begins. */
export interface NewHold {
  readonly id: string;
  readonly cartId: string;
  readonly orderId: string | null;
  readonly levelId: string;
  readonly variantId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly expiresAt: string;
}

/** What becomes of a claim. */
export interface Settlement {
  readonly claim: Claim;
  readonly status: 'HELD' | 'ALLOCATED' | 'SHIPPED' | 'RELEASED' | 'EXPIRED';
  /** Absent: stays bound, or free, as it is. */
  readonly orderId?: string | null;
  readonly expiresAt?: string;
}

/** Everything that one decision about stock writes and tells. */
export interface StockWork {
  readonly draft?: StockDraft;
  /** Levels of the draft that the database does not have yet. */
  readonly newLevels?: readonly Level[];
  readonly holds?: readonly NewHold[];
  readonly settlements?: readonly Settlement[];
  readonly answer?: Answer;
}

interface Movement extends DraftMovement {
  readonly id: string;
}

// One statement per row of a level or a claim: found by its id, its plan is the same for every table and every value.

// The condition makes overselling impossible whatever was decided before: a promise that its level cannot keep would
// leave less than nothing reserved, which `level_reserved_check` refuses, and the transaction fails.
const moveLevel = `
  update "inventory"."level"
  set on_hand = on_hand + $2::int, allocated = allocated + $4::int,
    reserved = case when not $6::boolean
      or coalesce(case when override_expires_at <= now() then null else override_quantity end, on_hand + $2::int)
        - (allocated + $4::int) - (reserved + $3::int) - safety_stock >= -backorder_limit
      then reserved + $3::int else -1 end,
    version = version + $5::int, updated_at = now()
  where id = $1`;

const insertMovements = `
  insert into "inventory"."movement" (tenant_id, actor_type, actor_id, id, level_id, variant_id, location_id, kind,
    delta_on_hand, delta_reserved, delta_allocated, available_after, reason, reference, cart_id, order_id,
    reservation_id, refund_id, order_line_id, occurred_at)
  select $1::uuid, $2, $3::uuid, m.*
  from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::int[], $10::int[], $11::int[],
    $12::int[], $13::text[], $14::text[], $15::uuid[], $16::uuid[], $17::uuid[], $18::uuid[], $19::uuid[],
    $20::timestamptz[]) m`;

const insertHolds = `
  insert into "inventory"."reservation" (tenant_id, status, created_at, id, cart_id, order_id, level_id, variant_id,
    location_id, quantity, expires_at)
  select $1::uuid, 'HELD', $2::timestamptz, h.*
  from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::int[],
    $10::timestamptz[]) h`;

// A claim is locked when it is decided about. One that is not what was decided about would be left with no units, which
// `reservation_quantity_check` refuses, and the transaction fails.
const settleClaim = `
  update "inventory"."reservation"
  set status = $3, order_id = case when $4::boolean then $5::uuid else order_id end,
    expires_at = case when $3 = 'ALLOCATED' then null else coalesce($6::timestamptz, expires_at) end,
    quantity = case when status = $2 and ($3 <> 'EXPIRED' or expires_at <= now()) then quantity else 0 end
  where id = $1`;

const insertAnswer = `
  insert into "inventory"."answer" (tenant_id, command_key, cart_id, order_id, type, payload, answered_at)
  values ($1, $2, $3, $4, $5, $6::jsonb, $7)`;

/**
 * Writes a decision and publishes what it means: one `InventoryUpdated` per movement, changed statuses, holds that ran
 * out, and the answer, which a repetition of the command gets again. What is written travels with the commit.
 */
export async function writeStock(tx: Transaction, work: StockWork): Promise<void> {
  const { draft, newLevels = [], holds = [], settlements = [], answer } = work;
  if (newLevels.length > 0) await insertLevels(tx, newLevels);
  const movements = (draft?.movements ?? []).map((movement) => ({ id: newId(), ...movement }));
  for (const { levelId, onHand, reserved, allocated, movements: count, isPromise } of draft?.changes() ?? []) {
    write(tx.em, moveLevel, [levelId, onHand, reserved, allocated, count, isPromise]);
  }
  writeMovements(tx, movements);
  writeHolds(tx, holds);
  for (const { claim, status, orderId, expiresAt } of settlements) {
    write(tx.em, settleClaim, [claim.id, claim.status, status, orderId !== undefined, orderId, expiresAt]);
  }
  if (answer) writeAnswer(tx, answer);

  for (const { id, level, kind, before, after, facts } of movements) {
    tx.publish(
      'InventoryUpdated',
      {
        levelId: level.id,
        variantId: level.variantId,
        locationId: level.locationId,
        movementId: id,
        kind,
        before,
        after,
        lowStockThreshold: level.lowStockThreshold,
      },
      facts.occurredAt ? { occurredAt: facts.occurredAt } : {},
    );
  }
  for (const change of draft?.statusChanges() ?? []) tx.publish('StockStatusChanged', change);
  publishExpired(tx, settlements);
  if (answer) publishAnswer(tx, answer);
}

async function insertLevels(tx: Transaction, levels: readonly Level[]): Promise<void> {
  const inserted = await query(
    tx.em,
    `insert into "inventory"."level" (id, tenant_id, variant_id, location_id, on_hand, reserved, allocated, safety_stock,
       backorder_limit, updated_at, version)
     select l.id, $1::uuid, l."variantId", l."locationId", 0, 0, 0, 0, 0, $3::timestamptz, 0
     from jsonb_to_recordset($2::jsonb) as l(id uuid, "variantId" uuid, "locationId" uuid)
     order by l."variantId", l."locationId" on conflict do nothing returning 1`,
    [tx.tenantId, JSON.stringify(levels), tx.now],
  );
  if (inserted.length !== levels.length) throw new StockMoved('Somebody else opened the same level. Decide again.');
}

function publishExpired(tx: Transaction, settlements: readonly Settlement[]): void {
  // Unbinding a hold that ran out earlier is no news.
  const expired = settlements
    .filter(({ claim, status }) => status === 'EXPIRED' && claim.status !== 'EXPIRED')
    .map(({ claim }) => claim);
  for (const claims of Map.groupBy(expired, (claim) => `${claim.cartId} ${claim.orderId}`).values()) {
    const [first] = claims;
    if (!first) continue;
    tx.publish('StockReservationExpired', { cartId: first.cartId, orderId: first.orderId, lines: located(claims) });
  }
}

/** Units per variant and location, as events tell them. */
export function located(claims: readonly Pick<Claim, 'variantId' | 'locationId' | 'quantity'>[]) {
  return claims.map(({ variantId, locationId, quantity }) => ({ variantId, locationId, quantity }));
}

function writeMovements(tx: Transaction, movements: readonly Movement[]): void {
  if (movements.length === 0) return;
  const column = (of: (movement: Movement) => unknown): unknown[] => movements.map((movement) => of(movement) ?? null);
  write(tx.em, insertMovements, [
    tx.tenantId,
    tx.actor.type,
    tx.actor.id,
    column(({ id }) => id),
    column(({ level }) => level.id),
    column(({ level }) => level.variantId),
    column(({ level }) => level.locationId),
    column(({ kind }) => kind),
    column(({ deltas }) => deltas.onHand),
    column(({ deltas }) => deltas.reserved),
    column(({ deltas }) => deltas.allocated),
    column(({ after }) => after.available),
    column(({ facts }) => facts.reason),
    column(({ facts }) => facts.reference),
    column(({ facts }) => facts.cartId),
    column(({ facts }) => facts.orderId),
    column(({ facts }) => facts.reservationId),
    column(({ facts }) => facts.refundId),
    column(({ facts }) => facts.orderLineId),
    column(({ facts }) => facts.occurredAt ?? tx.now),
  ]);
}

function writeHolds(tx: Transaction, holds: readonly NewHold[]): void {
  if (holds.length === 0) return;
  write(tx.em, insertHolds, [
    tx.tenantId,
    tx.now,
    holds.map((hold) => hold.id),
    holds.map((hold) => hold.cartId),
    holds.map((hold) => hold.orderId),
    holds.map((hold) => hold.levelId),
    holds.map((hold) => hold.variantId),
    holds.map((hold) => hold.locationId),
    holds.map((hold) => hold.quantity),
    holds.map((hold) => hold.expiresAt),
  ]);
}

function writeAnswer(tx: Transaction, { type, payload }: Answer): void {
  write(tx.em, insertAnswer, [
    tx.tenantId,
    // Without a key nobody can ask again; the row still tells that the order's stock was given back.
    tx.commandKey ?? newId(),
    payload.cartId,
    payload.orderId ?? null,
    type,
    JSON.stringify(payload),
    tx.now,
  ]);
}
