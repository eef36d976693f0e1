import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EntityName } from '@mikro-orm/core';
import { perRequest } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import { merchantSettings, priceCart, type CartNow } from '../commands/cart-pricing.ts';
import { Cart } from '../entities/cart.entity.ts';
import { OrderHold } from '../entities/order-records.entity.ts';
import { OrderLine } from '../entities/order-line.entity.ts';
import { Order } from '../entities/order.entity.ts';
import { Return } from '../entities/return.entity.ts';
import { Saga } from '../entities/saga.entity.ts';

function byId<Entity extends { id: string }>(em: SqlEntityManager, entity: EntityName<Entity>) {
  return new DataLoader<string, Entity | null>(async (ids) => {
    // `id` is a property of every entity that this is called with, which the generic filter cannot see.
    const rows = await em.find(entity, { id: { $in: [...ids] } } as never, { refresh: true });
    const found = new Map(rows.map((row): [string, Entity] => [(row as Entity).id, row as Entity]));
    return ids.map((id) => found.get(id) ?? null);
  });
}

function ofOrder<Entity extends { orderId?: string | null }>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  orderBy: Record<string, 'asc' | 'desc'>,
) {
  return new DataLoader<string, Entity[]>(async (orderIds) => {
    // `orderId` is a property of every entity that this is called with, and so are those of `orderBy`.
    const where = { orderId: { $in: [...orderIds] } } as never;
    const rows = await em.find(entity, where, { orderBy: orderBy as never, refresh: true });
    const byOrder = Map.groupBy(rows as Entity[], (row) => row.orderId ?? '');
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
    const rows = await context.em.find(Order, { number: { $in: asked.filter((number) => number !== null) } });
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
