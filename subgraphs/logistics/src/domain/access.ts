import { shownSince, type Way } from './shipment-status.ts';

/** How somebody came to a parcel: as its merchant, as whose order it is, or with the token of a link. */
export type Access = 'MERCHANT' | 'OWNER' | 'GUEST';

/** Since when they may see where it is: the merchant always, others from its pick-up until its delivery, else null. */
export const seesSince = (access: Access, way: Way): Date | null => sinceFor(access, shownSince(way));

/** The same where it is known since when positions are shown to those who are not the merchant. */
export const sinceFor = (access: Access, shown: Date | null): Date | null =>
  access === 'MERCHANT' ? new Date(0) : shown;
