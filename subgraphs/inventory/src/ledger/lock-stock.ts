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
  /** Units of it that have left. */
  readonly shippedQuantity: number;
  /** Units of it that were given back while others stayed. */
  readonly releasedQuantity: number;
  readonly status: 'HELD' | 'ALLOCATED' | 'SHIPPED' | 'RELEASED' | 'EXPIRED';
  /** By the database's clock: its time is over, though nobody has given the stock back yet. */
  readonly isExpired: boolean;
}

/** Units of a claim that neither left nor were given back. */
export const unitsLeftOf = (claim: Claim): number => claim.quantity - claim.shippedQuantity - claim.releasedQuantity;

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

// Somebody else was faster between reading and writing. The code is PostgreSQL's for a lock that was not to be had, so
// that a consumer runs the transaction again and a caller is told to.
export class StockMoved extends Error {
  readonly code = '55P03';
}

// All levels of each variant, in the order of their ids, so that two commands never wait for each other. Row security
// narrows every table to the tenant. An override that ran out no longer counts, whether or not it was cleared yet.
const lockLevels = `
  select l.id, l.variant_id as "variantId", l.location_id as "locationId", l.on_hand as "onHand", l.reserved,
    l.allocated, l.safety_stock as "safetyStock", l.backorder_limit as "backorderLimit",
    l.low_stock_threshold as "lowStockThreshold",
    case when l.override_expires_at <= now() then null else l.override_quantity end as "overrideQuantity",
    coalesce(o.is_active, false) as "isActive", coalesce(o.priority, 0) as priority
  from "inventory"."level" l left join "inventory"."location" o on o.id = l.location_id
  where l.variant_id = any(array(
    select unnest($1::uuid[])
    union
    select r.variant_id from "inventory"."reservation" r
    where r.cart_id = $2 and (r.status in ('HELD', 'ALLOCATED', 'SHIPPED') or r.order_id = $3)
  ))
  order by l.id for update of l`;

const claimColumns = `id, cart_id as "cartId", order_id as "orderId", level_id as "levelId", variant_id as "variantId",
  location_id as "locationId", quantity, shipped_quantity as "shippedQuantity",
  released_quantity as "releasedQuantity", status, status = 'HELD' and expires_at <= now() as "isExpired"`;

const readClaims = `
  select ${claimColumns} from "inventory"."reservation"
  where cart_id = $1 and (status in ('HELD', 'ALLOCATED', 'SHIPPED') or order_id = $2) order by id`;
const lockClaims = `${readClaims} for update`;

const lockLiveHolds = `
  select ${claimColumns} from "inventory"."reservation"
  where cart_id = $1 and (
    status = 'HELD' and (order_id is null or order_id = $2) and expires_at > now()
    or status in ('EXPIRED', 'RELEASED') and order_id = $2)
  order by id for update`;

const lockExpiredHolds = `
  select ${claimColumns} from "inventory"."reservation"
  where level_id = any($1::uuid[]) and status = 'HELD' and expires_at <= now() order by id for update`;

const readRules = `
  select
    (select jsonb_build_object('type', a.type, 'payload', a.payload)
      from "inventory"."answer" a where a.command_key = $1) as answer,
    exists (select 1 from "inventory"."answer" a
      where a.order_id = $2 and a.type = 'StockReleased') as "isOrderReleased",
    (select s.allocation_strategy from "inventory"."settings" s) as strategy,
    (select s.default_low_stock_threshold from "inventory"."settings" s) as "defaultLowStockThreshold"`;

interface Rules {
  readonly answer: Answer | null;
  readonly isOrderReleased: boolean;
  readonly strategy: AllocationStrategy | null;
  readonly defaultLowStockThreshold: number | null;
}

/** A level without a threshold of its own has the merchant's. */
interface LevelRow extends Omit<Level, 'lowStockThreshold'> {
  readonly lowStockThreshold: number | null;
}

async function findRules(tx: Transaction, { orderId = null }: StockScope): Promise<Rules> {
  const [row] = await query<Rules>(tx.em, readRules, [tx.commandKey, orderId]);
  if (!row) throw new Error('A statement of scalar columns answers exactly one row.');
  return row;
}

/** Reads a cart's claims without locking anything. */
export async function readCartStock(
  tx: Transaction,
  scope: StockScope & { readonly cartId: string },
): Promise<CartStock> {
  const [claims, { answer, isOrderReleased }] = await Promise.all([
    query<Claim>(tx.em, readClaims, [scope.cartId, scope.orderId ?? null]),
    findRules(tx, scope),
  ]);
  return { answer, isOrderReleased, claims };
}

/**
 * Locks what a cart holds for itself or for that order and may go on holding, with what the order has lost, and no
 * level: what sells best is not held up by it. Holds whose time is over are left to whoever gives them back, who locks
 * levels first.
 */
export async function lockHolds(tx: Transaction, scope: StockScope & { readonly cartId: string }): Promise<CartStock> {
  const [claims, { answer, isOrderReleased }] = await Promise.all([
    query<Claim>(tx.em, lockLiveHolds, [scope.cartId, scope.orderId ?? null]),
    findRules(tx, scope),
  ]);
  return { answer, isOrderReleased, claims };
}

/**
 * Locks the levels in scope, then the cart's claims, and reads all that a decision about them needs. The statements
 * travel together, and each sees what was committed while the one before it waited.
 */
export async function lockStock(tx: Transaction, scope: StockScope): Promise<LockedStock> {
  const { variantIds = [], cartId, orderId = null } = scope;
  const [rows, claims, rules] = await Promise.all([
    query<LevelRow>(tx.em, lockLevels, [variantIds, cartId ?? null, orderId]),
    cartId === undefined ? [] : query<Claim>(tx.em, lockClaims, [cartId, orderId]),
    findRules(tx, scope),
  ]);
  const locked = new Set(rows.map((level) => level.id));
  if (!claims.every((claim) => locked.has(claim.levelId))) {
    throw new StockMoved('The cart got another claim meanwhile. Decide again.');
  }
  const { answer, isOrderReleased } = rules;
  const defaultLowStockThreshold = rules.defaultLowStockThreshold ?? fallbackSettings.defaultLowStockThreshold;
  return {
    answer,
    isOrderReleased,
    claims,
    levels: rows.map((level) => ({
      ...level,
      lowStockThreshold: level.lowStockThreshold ?? defaultLowStockThreshold,
    })),
    strategy: rules.strategy ?? fallbackSettings.allocationStrategy,
    defaultLowStockThreshold,
  };
}

const lockHoldsAt = `
  select ${claimColumns} from "inventory"."reservation"
  where level_id = any($1::uuid[]) and status = 'HELD' order by id for update`;

/** Locks all holds at these levels, the oldest first. Lock the levels first. */
export async function findHolds(tx: Transaction, levelIds: readonly string[]): Promise<Claim[]> {
  return query<Claim>(tx.em, lockHoldsAt, [levelIds]);
}

/** Locks the holds at these levels whose time is over and whose stock nobody has given back yet. Lock the levels first. */
export async function findExpiredHolds(tx: Transaction, levelIds: readonly string[]): Promise<Claim[]> {
  return query<Claim>(tx.em, lockExpiredHolds, [levelIds]);
}
