import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import type { AllocationStrategy } from '../domain/choose-levels.ts';
import type { Level } from '../domain/level.ts';
import type { Answer } from './stock-answer.ts';

/** A cart's claim on stock. Of those that are over, only the order's own are read. */
export interface Claim {
  readonly id: string;
  readonly cartId: string;
  readonly orderId: string | null;
  readonly levelId: string;
  readonly variantId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly status: 'HELD' | 'ALLOCATED' | 'SHIPPED' | 'RELEASED' | 'EXPIRED';
  /** By the database's clock: its time is over, though nobody has given the stock back yet. */
  readonly isExpired: boolean;
}

/** What a cart has to do with stock, and how its command was answered if it came before. */
export interface CartStock {
  readonly answer: Answer | null;
  /** True when the order has given its stock back for good. */
  readonly isOrderReleased: boolean;
  readonly claims: readonly Claim[];
}

/** Levels that nobody else can change until the transaction ends, and what a decision about them needs. */
export interface LockedStock extends CartStock {
  readonly levels: readonly Level[];
  readonly strategy: AllocationStrategy;
  readonly defaultLowStockThreshold: number;
}

/** Whose stock: the units of these variants, and whatever the cart has a claim on. */
export interface StockScope {
  readonly variantIds?: readonly string[];
  readonly cartId?: string;
  readonly orderId?: string | null;
}

export const fallbackSettings = {
  allocationStrategy: 'LOCATION_PRIORITY',
  defaultLowStockThreshold: 5,
  showsQuantity: false,
} as const;

const claimCte = `
  claim as (
    select r.id, r.cart_id, r.order_id, r.level_id, r.variant_id, r.location_id, r.quantity, r.status,
      r.status = 'HELD' and r.expires_at <= now() as is_expired
    from "inventory"."reservation" r
    where r.cart_id = $1 and (r.status in ('HELD', 'ALLOCATED', 'SHIPPED') or r.order_id = $3)
  )`;

const cartColumns = `
  (select jsonb_build_object('type', a.type, 'payload', a.payload)
    from "inventory"."answer" a where a.command_key = $2) as answer,
  exists (select 1 from "inventory"."answer" a
    where a.order_id = $3 and a.type = 'StockReleased') as "isOrderReleased",
  coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'cartId', c.cart_id, 'orderId', c.order_id,
    'levelId', c.level_id, 'variantId', c.variant_id, 'locationId', c.location_id, 'quantity', c.quantity,
    'status', c.status, 'isExpired', c.is_expired) order by c.id) from claim c), '[]') as claims`;

const readCart = `with ${claimCte} select ${cartColumns}`;

// All levels of each variant, in the order of their ids, so that two commands never wait for each other. Row security
// narrows every table to the tenant. An override that ran out no longer counts, whether or not it was cleared yet.
const lockLevels = `
  with ${claimCte}, locked as (
    select l.* from "inventory"."level" l
    where l.variant_id in (select unnest($4::uuid[]) union select variant_id from claim)
    order by l.id for update
  )
  select ${cartColumns},
    coalesce((select s.allocation_strategy from "inventory"."settings" s), $5) as strategy,
    coalesce((select s.default_low_stock_threshold from "inventory"."settings" s), $6::int) as "defaultLowStockThreshold",
    coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'variantId', l.variant_id, 'locationId', l.location_id,
      'onHand', l.on_hand, 'reserved', l.reserved, 'allocated', l.allocated, 'safetyStock', l.safety_stock,
      'backorderLimit', l.backorder_limit,
      'lowStockThreshold', coalesce(l.low_stock_threshold, (select s.default_low_stock_threshold from "inventory"."settings" s), $6::int),
      'overrideQuantity', case when l.override_expires_at <= now() then null else l.override_quantity end,
      'isActive', coalesce(o.is_active, false), 'priority', coalesce(o.priority, 0)) order by l.id)
    from locked l left join "inventory"."location" o on o.id = l.location_id), '[]') as levels`;

const cartParameters = (tx: Transaction, scope: StockScope): unknown[] => [
  scope.cartId ?? null,
  tx.commandKey,
  scope.orderId ?? null,
];

/** Reads a cart's claims without locking anything. What is decided on them is checked again when it is written. */
export async function readCartStock(
  tx: Transaction,
  scope: StockScope & { readonly cartId: string },
): Promise<CartStock> {
  const [row] = await query<CartStock>(tx.em, readCart, cartParameters(tx, scope));
  if (!row) throw new Error('A statement of scalar columns answers exactly one row.');
  return row;
}

/** Locks the levels in scope and reads all that a decision about them needs, in one statement. */
export async function lockStock(tx: Transaction, scope: StockScope): Promise<LockedStock> {
  const [row] = await query<LockedStock>(tx.em, lockLevels, [
    ...cartParameters(tx, scope),
    [...(scope.variantIds ?? [])],
    fallbackSettings.allocationStrategy,
    fallbackSettings.defaultLowStockThreshold,
  ]);
  if (!row) throw new Error('A statement of scalar columns answers exactly one row.');
  return row;
}

/** The holds at these levels whose time is over and whose stock nobody has given back yet. Lock the levels first. */
export async function findExpiredHolds(tx: Transaction, levelIds: readonly string[]): Promise<Claim[]> {
  return query<Claim>(
    tx.em,
    `select id, cart_id as "cartId", order_id as "orderId", level_id as "levelId", variant_id as "variantId",
       location_id as "locationId", quantity, status, true as "isExpired"
     from "inventory"."reservation"
     where level_id = any($1::uuid[]) and status = 'HELD' and expires_at <= now() order by id`,
    [[...levelIds]],
  );
}
