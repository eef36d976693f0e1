import { newId } from '@ordergraph/tenancy';
import type { Shop, ShopMerchant } from './shop.ts';

/** A parcel as tests look at it. */
export interface ShippedParcel {
  readonly id: string;
  readonly number: string;
  readonly status: string;
}

interface Refusable {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/** The parcels of an order, as staff see them. */
export async function parcelsOf(
  shop: Shop,
  merchant: ShopMerchant,
  orderId: string,
): Promise<readonly ShippedParcel[]> {
  const { order } = await shop.ask<{ order: { shipments: readonly ShippedParcel[] } }>(
    merchant.staff,
    'query ($id: ID!) { order(id: $id) { shipments { id number status } } }',
    { id: orderId },
  );
  return order.shipments;
}

/** Reports by hand what a carrier without a connection did. */
export async function reports(shop: Shop, merchant: ShopMerchant, parcelId: string, status: string): Promise<void> {
  const { shipmentTrackingEventAdd } = await shop.ask<{ shipmentTrackingEventAdd: Refusable }>(
    merchant.staff,
    `mutation ($input: ShipmentTrackingEventAddInput!) { shipmentTrackingEventAdd(input: $input) { userErrors { code message } } }`,
    {
      input: {
        shipmentId: parcelId,
        status,
        description: `It is ${status}.`,
        occurredAt: new Date().toISOString(),
        idempotencyKey: newId(),
      },
    },
  );
  if (shipmentTrackingEventAdd.userErrors.length > 0) throw new Error(JSON.stringify(shipmentTrackingEventAdd));
  await shop.house.quiet();
}

/** Hands all parcels of an order to their carrier. */
export async function ships(shop: Shop, merchant: ShopMerchant, orderId: string): Promise<readonly ShippedParcel[]> {
  // The last step of placing an order.
  await shop.house.quiet();
  for (const { id } of await parcelsOf(shop, merchant, orderId)) {
    const { shipmentDispatch } = await shop.ask<{ shipmentDispatch: Refusable }>(
      merchant.staff,
      `mutation ($input: ShipmentDispatchInput!) { shipmentDispatch(input: $input) { userErrors { code message } } }`,
      { input: { shipmentId: id, idempotencyKey: newId() } },
    );
    if (shipmentDispatch.userErrors.length > 0) throw new Error(JSON.stringify(shipmentDispatch));
  }
  await shop.house.quiet();
  return parcelsOf(shop, merchant, orderId);
}
