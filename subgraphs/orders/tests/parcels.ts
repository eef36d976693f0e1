import { decodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { found, type OrderShop, type OrderView } from './order-house.ts';

type Units = readonly number[];

/** What orders hears of a parcel with so many units of each line of an order: all of them, unless it is said. */
function parcelOf(order: OrderView, units: Units | undefined) {
  const lines = order.lines.map(({ id, quantity }, index) => ({
    orderLineId: found(decodeId('OrderLine', id)),
    variantId: newId(),
    quantity: units ? (units[index] ?? 0) : quantity,
  }));
  return {
    shipmentId: newId(),
    orderId: found(decodeId('Order', order.id)),
    cartId: newId(),
    number: `${order.number}-1`,
    returnId: null,
    isReturn: false,
    lines: lines.filter(({ quantity }) => quantity > 0),
  };
}

/** Lets orders hear that a carrier has goods of an order. */
export const leaves = (shop: OrderShop, order: OrderView, units?: Units): Promise<void> =>
  shop.hears('ShipmentDispatched', { ...parcelOf(order, units), locationId: newId(), carrierCode: 'post' });

/** Lets orders hear that goods of an order were handed over. */
export const arrives = (shop: OrderShop, order: OrderView, units?: Units): Promise<void> =>
  shop.hears('ShipmentDelivered', { ...parcelOf(order, units), deliveredAt: new Date().toISOString(), signedBy: null });
