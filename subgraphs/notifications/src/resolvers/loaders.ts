import { perRequest, tenantOf } from '@ordergraph/subgraph-server';
import DataLoader from 'dataloader';
import { topics } from '../domain/topics.ts';
import { Notification } from '../entities/notification.entity.ts';
import { Preference } from '../entities/preference.entity.ts';
import { Template } from '../entities/template.entity.ts';

const mostPerOrder = 100;

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => ({
  notification: new DataLoader<string, Notification | null>(async (ids) => {
    const rows = await context.em.find(Notification, { id: { $in: [...ids] } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  notificationsOfOrder: new DataLoader<string, Notification[]>(async (ids) => {
    const rows = await context.em.find(
      Notification,
      { orderId: { $in: [...ids] } },
      { orderBy: { createdAt: 'desc', id: 'desc' }, limit: mostPerOrder * ids.length },
    );
    const byOrder = Map.groupBy(rows, (row) => row.orderId);
    return ids.map((id) => byOrder.get(id) ?? []);
  }),
  template: new DataLoader<string, Template | null>(async (ids) => {
    const rows = await context.em.find(Template, { id: { $in: [...ids] } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  preferencesOfCustomer: new DataLoader<string, Preference[]>(async (ids) => {
    const rows = await context.em.find(Preference, { customerId: { $in: [...ids] }, topic: { $in: [...topics] } });
    const byCustomer = Map.groupBy(rows, (row) => row.customerId);
    return ids.map((id) => byCustomer.get(id) ?? []);
  }),
  /** The readable address of a notification; null after erasure. */
  recipient: new DataLoader<Notification, string | null>((rows) =>
    context.transact(async (tx) => {
      const addresses: (string | null)[] = [];
      // One after the other: they share the transaction's one connection.
      for (const row of rows) addresses.push(await tx.sealing.unseal<string>(tx.em, tenantOf(context), row.recipient));
      return addresses;
    }),
  ),
}));
