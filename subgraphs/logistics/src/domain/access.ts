import { showsPosition, type ShipmentStatus } from './shipment-status.ts';

/** How somebody came to a parcel: as its merchant, as whose order it is, or with the token of a link. */
export type Access = 'MERCHANT' | 'OWNER' | 'GUEST';

/** Whether they may see where it is: the merchant always, others from PICKED_UP until DELIVERED. */
export const seesPosition = (access: Access, status: ShipmentStatus): boolean =>
  access === 'MERCHANT' || showsPosition(status);
