import type { EntityClass, SqlEntityManager } from '@mikro-orm/postgresql';
import { perRequest } from '@ordergraph/subgraph-server';
import { findRows } from '@ordergraph/tenancy';
import DataLoader from 'dataloader';
import { merchantSettings, priceCart, type CartNow } from '../commands/cart-pricing.ts';
import { Cart } from '../entities/cart.entity.ts';
import { OrderHold } from '../entities/order-records.entity.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { Return } from '../entities/return.entity.ts';
import { Saga } from '../entities/saga.entity.ts';

function byId<Entity extends { id: string }>(em: SqlEntityManager, entity: EntityClass<Entity>) {
  return new DataLoader<string, Entity | null>(async (ids) => {
    // `id` is a property of every entity that this is called with, which the generic condition cannot see.
    const rows = await findRows(em, entity, { id: ids } as never);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

function ofOrder<Entity extends { orderId?: string | null }>(
  em: SqlEntityManager,
  entity: EntityClass<Entity>,
  orderBy: Record<string, 'asc' | 'desc'>,
) {
  return new DataLoader<string, Entity[]>(async (orderIds) => {
    // `orderId` is a property of every entity that this is called with, and so are those of `orderBy`.
    const rows = await findRows(em, entity, { orderId: orderIds } as never, { orderBy: orderBy as never });
    const byOrder = Map.groupBy(rows, (row) => row.orderId ?? '');
    return orderIds.map((id) => byOrder.get(id) ?? []);
  });
}

/** The number in what a person typed; null when it can be no order's. */
export const orderNumberOf = (text: string): number | null => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : null);

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => ({
  order: byId(context.em, Order),
  cart: byId(context.em, Cart),
  saga: byId(context.em, Saga),
  return: byId(context.em, Return),
  orderByNumber: new DataLoader<string, Order | null>(async (numbers) => {
    const asked = numbers.map(orderNumberOf);
    const rows = await findRows(context.em, Order, { number: asked.filter((number) => number !== null) });
    const found = new Map(rows.map((row) => [row.number, row]));
    return asked.map((number) => (number === null ? null : (found.get(number) ?? null)));
  }),
  orderLine: byId(context.em, OrderLine),
  linesOfOrder: ofOrder(context.em, OrderLine, { position: 'asc' }),
  holdsOfOrder: ofOrder(context.em, OrderHold, { placedAt: 'asc' }),
  sagasOfOrder: ofOrder(context.em, Saga, { startedAt: 'desc', id: 'desc' }),
  returnsOfOrder: ofOrder(context.em, Return, { requestedAt: 'asc' }),
  returnWindowDays: new DataLoader<'merchant', number | null>(async (keys) => {
    const settings = await merchantSettings(context.em);
    return keys.map(() => settings?.returnWindowDays ?? null);
  }),
  pricedCart: new DataLoader<Cart, CartNow>((carts) => Promise.all(carts.map((cart) => priceCart(context.em, cart)))),
}));
