import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import type { ShipmentErrorCode } from '../../generated/graphql.ts';
import { isConnected } from '../carriers/carrier.ts';
import { Unshipped, type ParcelLine } from '../domain/parcels.ts';
import { OrderAllocation, OrderCopy } from '../entities/order-copy.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { prepareParcel } from './shipment-rows.ts';

/** A parcel as staff ask for it. An id that names nothing is null. */
export interface ShipmentToCreate {
  readonly orderId: string | null;
  readonly locationId: string | null;
  readonly lines: readonly { readonly orderLineId: string | null; readonly quantity: number }[];
  readonly carrierCode: string;
  readonly trackingNumber: string | null;
}

type Made = Outcome<{ shipmentId: string }, ShipmentErrorCode>;

/** Prepares a parcel with some or all units of an order that have not been shipped. */
export async function createShipment(tx: Transaction, input: ShipmentToCreate): Promise<Made> {
  if (!/^[a-z0-9][a-z0-9_-]{0,49}$/.test(input.carrierCode)) {
    return refuse('INVALID', 'A carrier code is 1 to 50 small letters, digits, - and _.', ['carrierCode']);
  }
  const { trackingNumber } = input;
  if (trackingNumber !== null && !/^[\x21-\x7e]{1,100}$/.test(trackingNumber)) {
    return refuse('INVALID', 'A tracking number has 1 to 100 visible characters.', ['trackingNumber']);
  }
  if (trackingNumber !== null && isConnected(input.carrierCode)) {
    const message = `${input.carrierCode} numbers its parcels itself when it books them. Leave the tracking number out.`;
    return refuse('INVALID', message, ['trackingNumber']);
  }
  if (input.lines.length < 1 || input.lines.length > 250) {
    return refuse('INVALID', `A parcel has 1 to 250 lines, got ${input.lines.length}.`, ['lines']);
  }
  const { orderId, locationId } = input;
  const order = orderId === null ? null : await findRow(tx.em, OrderCopy, { id: orderId }, { lock: 'wait' });
  if (!order) return refuse('NOT_FOUND', 'There is no order with this id.', ['orderId']);
  if (locationId === null) return refuse('NOT_FOUND', 'There is no location with this id.', ['locationId']);
  if (order.state !== 'CONFIRMED') {
    return refuse(
      'ORDER_NOT_SHIPPABLE',
      'Only the goods of a confirmed order may leave; this one is not, or was ended.',
    );
  }
  if (order.holdIds.length > 0) return refuse('ORDER_ON_HOLD', 'Staff keep the order from being shipped.');
  const [allocation, shipments] = await Promise.all([
    findRow(tx.em, OrderAllocation, { orderId: order.id }),
    findRows(tx.em, Shipment, { orderId: order.id, isReturn: false }),
  ]);
  const standing = shipments.filter(({ status }) => status !== 'CANCELLED');
  const unshipped = new Unshipped(order.lines, allocation?.lines ?? [], standing);

  const lines: ParcelLine[] = [];
  for (const [index, { orderLineId, quantity }] of input.lines.entries()) {
    const at = ['lines', String(index)];
    const line = order.lines.find((one) => one.orderLineId === orderLineId);
    if (!line) return refuse('NOT_FOUND', 'The order has no such line of goods.', [...at, 'orderLineId']);
    if (lines.some((one) => one.orderLineId === line.orderLineId)) {
      return refuse('INVALID', 'Name each line once.', [...at, 'orderLineId']);
    }
    if (quantity < 1) return refuse('INVALID', `Expected at least 1 unit, got ${quantity}.`, [...at, 'quantity']);
    const left = unshipped.left(line, locationId);
    if (quantity > left) {
      const message = `${left} units of this line are left to ship from this location, ${quantity} were asked for.`;
      return refuse('QUANTITY_EXCEEDS_UNSHIPPED', message, [...at, 'quantity']);
    }
    lines.push({ orderLineId: line.orderLineId, variantId: line.variantId, quantity });
  }
  // Two lines of one variant draw on the same units.
  const draws = Map.groupBy(lines, ({ variantId }) => variantId);
  for (const [variantId, ofVariant] of draws) {
    const here = allocation?.lines.filter((one) => one.variantId === variantId && one.locationId === locationId) ?? [];
    const packed = standing.filter((one) => one.locationId === locationId).flatMap((one) => one.lines);
    const sum = (list: readonly { readonly quantity: number }[]): number =>
      list.reduce((all, { quantity }) => all + quantity, 0);
    if (sum(ofVariant) > sum(here) - sum(packed.filter((one) => one.variantId === variantId))) {
      return refuse('QUANTITY_EXCEEDS_UNSHIPPED', 'Together the lines take more units of a product than lie there.', [
        'lines',
      ]);
    }
  }

  const { carrierCode } = input;
  const count = order.parcelCount + 1;
  const shipment = prepareParcel(tx, order, { locationId, lines, carrierCode, trackingNumber }, count);
  updateRow(tx.em, OrderCopy, order, { parcelCount: count });
  return done({ shipmentId: shipment.id });
}
