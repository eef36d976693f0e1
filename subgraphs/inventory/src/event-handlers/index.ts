import type { EventHandlers } from '@ordergraph/events';
import { allocateStock } from '../commands/allocate-stock.ts';
import { confirmReservation } from '../commands/confirm-reservation.ts';
import { openMerchant } from '../commands/open-merchant.ts';
import { releaseStock } from '../commands/release-stock.ts';
import { reserveStock } from '../commands/reserve-stock.ts';
import { restockItems } from '../commands/restock-items.ts';
import { shipStock } from '../commands/ship-stock.ts';
import { upsertVariants } from '../commands/upsert-variants.ts';

/** Everything that inventory listens to. */
export const handlers: EventHandlers = {
  MerchantCreated: openMerchant,
  ProductCreated: (tx, { variants }) => upsertVariants(tx, variants),
  ProductVariantsUpserted: (tx, { variants }) => upsertVariants(tx, variants),
  ReserveStock: reserveStock,
  ConfirmReservation: confirmReservation,
  AllocateStock: allocateStock,
  ReleaseStock: releaseStock,
  RestockItems: restockItems,
  ShipmentDispatched: shipStock,
};
