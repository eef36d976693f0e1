import type { Transaction } from '@ordergraph/events';
import { newId, query } from '@ordergraph/tenancy';
import type { Level } from '../domain/level.ts';
import type { StockDraft } from '../domain/stock-draft.ts';
import { publishAnswer, type Answer } from './stock-answer.ts';
import type { Claim } from './lock-stock.ts';

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

// Somebody else was faster between reading and writing. The code is PostgreSQL's for a lock that was not to be had, so
// that a consumer runs the transaction again and a caller is told to.
class StockMoved extends Error {
  readonly code = '55P03';
}

// Levels, ledger, claims and answer change by one statement. The condition on `moved` is what makes overselling
// impossible whatever was decided before: a promise is kept only where the units are.
const write = `
  with change as (
    select * from jsonb_to_recordset($2::jsonb)
      as c("levelId" uuid, "onHand" int, "reserved" int, "allocated" int, "movements" int, "isPromise" boolean)
  ), moved as (
    update "inventory"."level" l
    set on_hand = l.on_hand + c."onHand", reserved = l.reserved + c."reserved", allocated = l.allocated + c."allocated",
      version = l.version + c."movements", updated_at = now()
    from change c
    where l.id = c."levelId" and (not c."isPromise"
      or coalesce(case when l.override_expires_at <= now() then null else l.override_quantity end, l.on_hand + c."onHand")
        - (l.allocated + c."allocated") - (l.reserved + c."reserved") - l.safety_stock >= -l.backorder_limit)
    returning 1
  ), ledger as (
    insert into "inventory"."movement" (id, tenant_id, level_id, variant_id, location_id, kind, delta_on_hand,
      delta_reserved, delta_allocated, available_after, reason, reference, actor_type, actor_id, cart_id, order_id,
      reservation_id, refund_id, order_line_id, occurred_at)
    select m.id, $1::uuid, m."levelId", m."variantId", m."locationId", m.kind, m."onHand", m.reserved, m.allocated,
      m."availableAfter", m.reason, m.reference, $6, $7::uuid, m."cartId", m."orderId", m."reservationId",
      m."refundId", m."orderLineId", m."occurredAt"
    from jsonb_to_recordset($3::jsonb) as m(id uuid, "levelId" uuid, "variantId" uuid, "locationId" uuid, kind text,
      "onHand" int, reserved int, allocated int, "availableAfter" int, reason text, reference text, "cartId" uuid,
      "orderId" uuid, "reservationId" uuid, "refundId" uuid, "orderLineId" uuid, "occurredAt" timestamptz)
  ), held as (
    insert into "inventory"."reservation" (id, tenant_id, cart_id, order_id, level_id, variant_id, location_id, quantity,
      status, expires_at, created_at)
    select h.id, $1::uuid, h."cartId", h."orderId", h."levelId", h."variantId", h."locationId", h.quantity, 'HELD',
      h."expiresAt", $8::timestamptz
    from jsonb_to_recordset($4::jsonb) as h(id uuid, "cartId" uuid, "orderId" uuid, "levelId" uuid, "variantId" uuid,
      "locationId" uuid, quantity int, "expiresAt" timestamptz)
  ), settled as (
    update "inventory"."reservation" r
    set status = s.after, order_id = case when s."setsOrder" then s."orderId" else r.order_id end,
      expires_at = case when s.after = 'ALLOCATED' then null else coalesce(s."expiresAt", r.expires_at) end
    from jsonb_to_recordset($5::jsonb) as s(id uuid, before text, after text, "setsOrder" boolean, "orderId" uuid,
      "expiresAt" timestamptz)
    where r.id = s.id and r.status = s.before and (s.after <> 'EXPIRED' or r.expires_at <= now())
    returning 1
  ), answered as (
    insert into "inventory"."answer" (tenant_id, command_key, cart_id, order_id, type, payload, answered_at)
    select $1::uuid, a."commandKey", a."cartId", a."orderId", a.type, a.payload, $8::timestamptz
    from jsonb_to_recordset($9::jsonb) as a("commandKey" text, "cartId" uuid, "orderId" uuid, type text, payload jsonb)
  )
  select (select count(*)::int from moved) as moved, (select count(*)::int from settled) as settled`;

/**
 * Writes a decision and publishes what it means: one `InventoryUpdated` per movement, changed statuses, holds that ran
 * out, and the answer, which a repetition of the command gets again.
 */
export async function writeStock(tx: Transaction, work: StockWork): Promise<void> {
  const { draft, newLevels = [], holds = [], settlements = [], answer } = work;
  if (newLevels.length > 0) await insertLevels(tx, newLevels);
  const changes = draft?.changes() ?? [];
  const movements = (draft?.movements ?? []).map((movement) => ({ id: newId(), ...movement }));
  const [written] = await query<{ moved: number; settled: number }>(tx.em, write, [
    tx.tenantId,
    JSON.stringify(changes),
    JSON.stringify(
      movements.map(({ id, level, kind, deltas, after, facts }) => ({
        ...facts,
        ...deltas,
        id,
        levelId: level.id,
        variantId: level.variantId,
        locationId: level.locationId,
        kind,
        availableAfter: after.available,
        occurredAt: facts.occurredAt ?? tx.now,
      })),
    ),
    JSON.stringify(holds),
    JSON.stringify(
      settlements.map(({ claim, status, orderId, expiresAt }) => ({
        id: claim.id,
        before: claim.status,
        after: status,
        setsOrder: orderId !== undefined,
        orderId,
        expiresAt,
      })),
    ),
    tx.actor.type,
    tx.actor.id,
    tx.now,
    JSON.stringify(answer ? [answerRow(tx, answer)] : []),
  ]);
  if (written?.moved !== changes.length) {
    throw new StockMoved('A level no longer has the units that were to be promised. Decide again.');
  }
  if (written.settled !== settlements.length) {
    throw new StockMoved('A claim on stock was settled by somebody else meanwhile. Decide again.');
  }

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

function answerRow(tx: Transaction, answer: Answer) {
  return {
    // Without a key nobody can ask again; the row still tells that the order's stock was given back.
    commandKey: tx.commandKey ?? newId(),
    cartId: answer.payload.cartId,
    orderId: answer.payload.orderId ?? null,
    type: answer.type,
    payload: answer.payload,
  };
}
