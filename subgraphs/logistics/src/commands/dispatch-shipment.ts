import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, updateRow } from '@ordergraph/tenancy';
import type { ShipmentErrorCode } from '../../generated/graphql.ts';
import { isConnected } from '../carriers/carrier.ts';
import { OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { holdShipment, recordReport } from './shipment-rows.ts';

/** The task that speaks with carriers. */
export const carrierTask = 'carrier-operations';

/**
 * Has a parcel booked with its carrier, which happens after the commit. One of a carrier without a connection counts as
 * handed over. Asked again, it changes nothing.
 */
export async function dispatchShipment(
  tx: Transaction,
  id: string | null,
): Promise<Outcome<{ shipmentId: string }, ShipmentErrorCode>> {
  const found = id === null ? null : await findRow(tx.em, Shipment, { id });
  if (!found) return refuse('NOT_FOUND', 'There is no parcel with this id.', ['shipmentId']);
  // Orders before their parcels, as everywhere.
  const order = await findRow(tx.em, OrderCopy, { id: found.orderId }, { lock: 'wait' });
  const shipment = await holdShipment(tx, found.id);
  if (!shipment || !order) throw new Error(`The parcel ${found.id} or its order is gone; rows are never deleted.`);
  if (shipment.status === 'LABEL_CREATED' && shipment.operation !== 'CANCEL') return done({ shipmentId: shipment.id });
  if (shipment.status !== 'PENDING' || shipment.operation === 'CANCEL') {
    return refuse('ALREADY_DISPATCHED', `The parcel is ${shipment.status}; only a pending one can be dispatched.`);
  }
  // What comes back may always come.
  const isOutbound = !shipment.isReturn;
  if (isOutbound && order.state !== 'CONFIRMED')
    return refuse('ORDER_NOT_SHIPPABLE', 'The order is not confirmed, or was ended.');
  if (isOutbound && order.holdIds.length > 0)
    return refuse('ORDER_ON_HOLD', 'Staff keep the order from being shipped.');

  if (!isConnected(shipment.carrierCode)) {
    recordReport(tx, shipment, {
      status: 'PICKED_UP',
      description: 'Handed over to the carrier.',
      occurredAt: tx.now,
      source: 'STAFF',
    });
  } else if (shipment.operation == null) {
    const wish = {
      operation: 'BOOK',
      operationDueAt: tx.now,
      operationAttempts: 0,
      carrierProblem: null,
      dispatchDueAt: null,
    } as const;
    updateRow(tx.em, Shipment, shipment, wish);
    tx.wake(`task:${carrierTask}`);
  }
  return done({ shipmentId: shipment.id });
}

const heldPauseMs = 30_000;

/** Dispatches a parcel by the merchant's rule. While its order is on hold it waits on. */
export async function dispatchByRule(tx: Transaction, id: string): Promise<void> {
  const { refusals } = await dispatchShipment(tx, id);
  const shipment = await holdShipment(tx, id);
  if (!shipment?.dispatchDueAt) return;
  const waitsOn = refusals?.some(({ code }) => code === 'ORDER_ON_HOLD') ?? false;
  updateRow(tx.em, Shipment, shipment, { dispatchDueAt: waitsOn ? new Date(tx.now.getTime() + heldPauseMs) : null });
}
