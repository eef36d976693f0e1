import { perRequest } from '@ordergraph/subgraph-server';
import { findRows } from '@ordergraph/tenancy';
import DataLoader from 'dataloader';
import { Position } from '../entities/position.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';

/** One query per entity and request, however many fields ask. */
export const loadersOf = perRequest((context) => ({
  shipment: new DataLoader<string, Shipment | null>(async (ids) => {
    const rows = await findRows(context.em, Shipment, { id: ids });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
  shipmentsOfOrder: new DataLoader<string, Shipment[]>(async (orderIds) => {
    const rows = await findRows(context.em, Shipment, { orderId: orderIds }, { orderBy: { id: 'asc' } });
    const byOrder = Map.groupBy(rows, ({ orderId }) => orderId);
    return orderIds.map((id) => byOrder.get(id) ?? []);
  }),
  position: new DataLoader<string, Position | null>(async (shipmentIds) => {
    const rows = await findRows(context.em, Position, { shipmentId: shipmentIds });
    const byShipment = new Map(rows.map((row) => [row.shipmentId, row]));
    return shipmentIds.map((id) => byShipment.get(id) ?? null);
  }),
}));
