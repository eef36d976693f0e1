import type { FilterQuery } from '@mikro-orm/core';
import {
  codedError,
  decodeId,
  decodeIds,
  encodeId,
  findPage,
  tenantOf,
  type Connection,
} from '@ordergraph/subgraph-server';
import { read } from '@ordergraph/tenancy';
import type {
  QueryResolvers,
  ShipmentLineResolvers,
  ShipmentResolvers,
  ShipmentWhereInput,
  TrackingEventResolvers,
} from '../../generated/graphql.ts';
import { isConnected, simulatorCode, type DeliveryAddress } from '../carriers/carrier.ts';
import { seesSince } from '../domain/access.ts';
import { dropReasons, evenly, isStaleAt } from '../domain/fix-filter.ts';
import { rounded } from '../domain/geo.ts';
import { expectsPositions } from '../domain/shipment-status.ts';
import { Shipment as ShipmentRow } from '../entities/shipment.entity.ts';
import { TrackingEvent as TrackingEventRow } from '../entities/tracking-event.entity.ts';
import { livePosition } from '../tracking/live-position.ts';
import { readRoute } from '../tracking/route-progress.ts';
import { linkDays } from '../tracking/tracking-tokens.ts';
import { accessByName, findByToken, resourcesOf } from './access.ts';
import { loadersOf } from './loaders.ts';
import { renderEstimate, renderLocation } from './location.ts';
import type { Shipment as ShipmentModel } from './models.ts';

/** A connection whose nodes are shown differently. */
function mapped<From, To>(connection: Connection<From>, show: (node: From) => To): Connection<To> {
  return {
    ...connection,
    edges: connection.edges.map(({ node, cursor }) => ({ node: show(node), cursor })),
    nodes: connection.nodes.map(show),
  };
}

/** The parcel, when the caller may name it by its id. */
export async function findByName(
  context: Parameters<typeof accessByName>[0],
  opaque: string,
): Promise<ShipmentModel | null> {
  const id = decodeId('Shipment', opaque);
  const row = id ? await loadersOf(context).shipment.load(id) : null;
  const access = row && accessByName(context, row);
  return access ? { row, access } : null;
}

export const shipment: QueryResolvers['shipment'] = (_parent, { id }, context) => findByName(context, id);

export const shipmentByTrackingToken: QueryResolvers['shipmentByTrackingToken'] = (_parent, { token }, context) =>
  findByToken(context, token);

const range = (given: { readonly gte?: string | null; readonly lt?: string | null }) => ({
  ...(given.gte == null ? {} : { $gte: new Date(given.gte) }),
  ...(given.lt == null ? {} : { $lt: new Date(given.lt) }),
});

const ends = ['DELIVERED', 'RETURNED', 'LOST', 'CANCELLED'] as const;

function conditionsOf(where: ShipmentWhereInput): FilterQuery<ShipmentRow>[] {
  const conditions: FilterQuery<ShipmentRow>[] = [];
  if (where.ids) conditions.push({ id: { $in: decodeIds('Shipment', where.ids) } });
  if (where.status) conditions.push({ status: { $in: [...where.status] } });
  if (where.orderId != null) conditions.push({ orderId: { $in: decodeIds('Order', [where.orderId]) } });
  if (where.carrierCode != null) conditions.push({ carrierCode: where.carrierCode });
  if (where.isLate === true) conditions.push({ isDelayed: true, status: { $nin: [...ends] } });
  if (where.isLate === false) conditions.push({ $or: [{ isDelayed: false }, { status: { $in: [...ends] } }] });
  if (where.createdAt) conditions.push({ createdAt: range(where.createdAt) });
  return conditions;
}

export const shipments: QueryResolvers['shipments'] = async (_parent, { where, ...page }, context) => {
  const sort = { property: 'createdAt', isDescending: true } as const;
  const found = await findPage(context, ShipmentRow, { $and: conditionsOf(where ?? {}) }, page, sort);
  return mapped(found, (row) => ({ row, access: 'MERCHANT' as const }));
};

/** The fields of a parcel, for whoever came to it. */
export const Shipment: ShipmentResolvers = {
  __resolveReference: ({ id }, context) => findByName(context, String(id)),
  id: ({ row }) => encodeId('Shipment', row.id),
  order: ({ row, access }) => (access === 'GUEST' ? null : { __typename: 'Order', id: encodeId('Order', row.orderId) }),
  number: ({ row }) => row.number,
  status: ({ row }) => row.status,
  carrierStatus: ({ row }) => row.carrierStatus,
  origin: ({ row }) => ({ __typename: 'Location', id: encodeId('Location', row.locationId) }),
  destination: ({ row, access }, _args, context) => {
    const sealed = row.destination;
    // On its way back it goes to the merchant.
    if (access === 'GUEST' || !sealed || row.isReturn) return null;
    return context.transact((tx) => tx.sealing.unseal<DeliveryAddress>(tx.em, tx.tenantId, sealed));
  },
  destinationPoint: ({ row, access }) =>
    row.destinationPoint && access === 'GUEST' ? rounded(row.destinationPoint) : row.destinationPoint,
  lines: ({ row }) => row.lines,
  carrier: ({ row }, _args, context) => renderCarrier(row.carrierCode, context),
  trackingNumber: ({ row }) => row.trackingNumber,
  // Whoever came by a link has one, and gets none that holds longer.
  trackingUrl: ({ row, access }) => (access === 'GUEST' ? null : row.trackingUrl),
  trackingToken({ row, access }, _args, context) {
    if (access === 'GUEST') return null;
    // The same for a day, so that asking again changes nothing.
    const until = new Date((Math.floor(Date.now() / dayMs) + linkDays) * dayMs);
    return resourcesOf(context).tokens.make(tenantOf(context), row.id, until);
  },
  isReturn: ({ row }) => row.isReturn,
  async location({ row, access }, _args, context) {
    if (seesSince(access, row) === null) return null;
    const position = await loadersOf(context).position.load(row.id);
    return renderLocation(access, livePosition(row, position));
  },
  async isStale({ row }, _args, context) {
    if (!expectsPositions(row)) return false;
    const position = await loadersOf(context).position.load(row.id);
    return position?.heardAt ? isStaleAt(position.heardAt, new Date()) : false;
  },
  async track({ row, access }, { maxPoints }, context) {
    if (maxPoints < 1 || maxPoints > 500) {
      throw codedError('LIMIT_EXCEEDED', `\`maxPoints\` is 1 to 500, got ${maxPoints}.`);
    }
    const since = seesSince(access, row);
    return since === null ? [] : evenly(await readTrack(context, row.id, since), maxPoints);
  },
  plannedRoute({ row, access }) {
    if (!row.plannedRoute || access !== 'GUEST') return row.plannedRoute;
    // A way back begins at the door.
    if (row.isReturn) return null;
    return readRoute(row.plannedRoute)?.shortenedBy(doorstepMeters) ?? null;
  },
  eta: ({ row }) => renderEstimate(livePosition(row, null)),
  async events({ row, access }, { first, after }, context) {
    const sort = { property: 'sequence', isDescending: false } as const;
    const page = { first, after: after ?? null };
    const found = await findPage(context, TrackingEventRow, { shipmentId: row.id }, page, sort);
    return mapped(found, (event) => shownEvent(event, { row, access }));
  },
  proofOfDelivery: async ({ row, access }, _args, context) => {
    const { deliveredAt, signedBy, handoverPoint } = row;
    if (!deliveredAt || access === 'GUEST') return null;
    const name = signedBy && (await context.transact((tx) => tx.sealing.unseal<string>(tx.em, tx.tenantId, signedBy)));
    return { signedBy: name ?? null, photoUrls: [], point: handoverPoint ?? null, deliveredAt };
  },
  carrierProblem: ({ row }) => row.carrierProblem,
  async droppedFixes({ row }, _args, context) {
    const position = await loadersOf(context).position.load(row.id);
    return dropReasons.flatMap((reason) => {
      const count = position?.dropped[reason] ?? 0;
      return count > 0 ? [{ reason, count }] : [];
    });
  },
  createdAt: ({ row }) => row.createdAt,
  version: ({ row }) => row.version,
};

const dayMs = 24 * 60 * 60_000;

// What of the way a guest does not see: the last houses before the door.
const doorstepMeters = 150;

/** An event as the caller may see it: without the place where they may not see places. */
export function shownEvent(event: TrackingEventRow, { row, access }: ShipmentModel): TrackingEventRow {
  const since = seesSince(access, row);
  return since !== null && event.occurredAt >= since ? event : { ...event, latitude: null, longitude: null };
}

async function readTrack(context: Parameters<typeof accessByName>[0], shipmentId: string, since: Date) {
  const rows = await read<Record<string, number | string | null>>(
    context.em,
    `select recorded_at as "recordedAt", received_at as "receivedAt", latitude, longitude,
       heading_degrees as "headingDegrees", speed_meters_per_second as "speedMetersPerSecond",
       accuracy_meters as "accuracyMeters", (row_number() over (order by recorded_at))::int as sequence
     from "logistics"."track_fix" where tenant_id = $1 and shipment_id = $2 and flag is null
       and recorded_at >= $3 order by recorded_at limit 20000`,
    [tenantOf(context), shipmentId, since],
  );
  return rows.map((row) => ({
    point: { latitude: Number(row['latitude']), longitude: Number(row['longitude']) },
    recordedAt: new Date(String(row['recordedAt'])),
    receivedAt: new Date(String(row['receivedAt'])),
    headingDegrees: numberOrNull(row['headingDegrees']),
    speedMetersPerSecond: numberOrNull(row['speedMetersPerSecond']),
    accuracyMeters: numberOrNull(row['accuracyMeters']),
    sequence: Number(row['sequence']),
  }));
}

const numberOrNull = (value: number | string | null | undefined): number | null =>
  value == null ? null : Number(value);

export const ShipmentLine: ShipmentLineResolvers = {
  orderLine: (line) => ({ __typename: 'OrderLine', id: encodeId('OrderLine', line.orderLineId) }),
};

export const TrackingEvent: TrackingEventResolvers = {
  point: ({ latitude, longitude }) => (latitude == null || longitude == null ? null : { latitude, longitude }),
};

/** A carrier as callers see it; one without a connection has the name that staff gave it. */
export function renderCarrier(code: string, context: Parameters<typeof resourcesOf>[0]) {
  const carrier = resourcesOf(context).carrier(code);
  const isSimulated = carrier?.isSimulated ?? isConnected(code);
  return { code, name: carrier?.name ?? code, isSimulated };
}

// One look into the index for each carrier, however many parcels it carried.
const codesInUse = `
  with recursive codes as (
    (select carrier_code as code from "logistics"."shipment" where tenant_id = $1 order by carrier_code limit 1)
    union all
    select (select s.carrier_code from "logistics"."shipment" s
      where s.tenant_id = $1 and s.carrier_code > c.code order by s.carrier_code limit 1)
    from codes c where c.code is not null
  )
  select code from codes where code is not null limit 50`;

/** The carriers that the merchant can ship with: those with a connection, and those that parcels went with. */
export const carriers: QueryResolvers['carriers'] = async (_parent, _args, context) => {
  const used = await read<{ code: string }>(context.em, codesInUse, [tenantOf(context)]);
  const connected = resourcesOf(context).carrier(simulatorCode) ? [simulatorCode] : [];
  const byHand = used.map(({ code }) => code).filter((code) => !isConnected(code));
  return [...connected, ...byHand].map((code) => renderCarrier(code, context));
};
