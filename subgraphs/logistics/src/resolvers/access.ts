import { isStaffOrApp, type RequestContext } from '@ordergraph/subgraph-server';
import type { Access } from '../domain/access.ts';
import type { Shipment as ShipmentRow } from '../entities/shipment.entity.ts';
import type { LogisticsResources } from '../resources.ts';
import { loadersOf } from './loaders.ts';
import type { Shipment } from './models.ts';

/** What logistics opened at its start. */
export const resourcesOf = (context: RequestContext): LogisticsResources =>
  // The server hands each subgraph what its own definition opened.
  context.resources as LogisticsResources;

/**
 * The caller's access to a parcel that they name by its id alone: the merchant's staff and apps to all of them, a customer
 * to what is theirs. What is a guest's opens to no shopper this way: an id that was seen somewhere proves nothing.
 */
export function accessByName(context: RequestContext, row: ShipmentRow): Access | null {
  if (isStaffOrApp(context)) return 'MERCHANT';
  const { type, id } = context.viewer.actor;
  return type === 'CUSTOMER' && id === row.customerId ? 'OWNER' : null;
}

/** The same for a parcel that the caller was led to by its order, which orders shows a guest only by its secret cart. */
export const accessByOrder = (context: RequestContext, row: ShipmentRow): Access | null =>
  accessByName(context, row) ?? (row.customerId === null ? 'OWNER' : null);

const parcelIn = (context: RequestContext, token: string): string | null => {
  const { tenantId } = context.viewer;
  return tenantId ? resourcesOf(context).tokens.read(tenantId, token, new Date()) : null;
};

/** Whether a token still opens a parcel. */
export const isLinkGood = (context: RequestContext, token: string): boolean => parcelIn(context, token) !== null;

/** The parcel that a token names; null for a token that is forged, of another merchant, or over. */
export async function findByToken(context: RequestContext, token: string): Promise<Shipment | null> {
  const id = parcelIn(context, token);
  const row = id ? await loadersOf(context).shipment.load(id) : null;
  return row ? { row, access: 'GUEST' } : null;
}
