import { codedError, tenantOf, type LiveUpdate, type RequestContext } from '@ordergraph/subgraph-server';
import type { LiveNotice } from '@ordergraph/live';
import { read } from '@ordergraph/tenancy';
import type { ShipmentLocationUpdateResolvers, SubscriptionResolvers } from '../../generated/graphql.ts';
import type { Access } from '../domain/access.ts';
import type { TrackingEvent } from '../entities/tracking-event.entity.ts';
import {
  livePosition,
  locationSubject,
  shipmentSubject,
  versionOf,
  type LivePosition,
} from '../tracking/live-position.ts';
import { findByToken, isLinkGood } from './access.ts';
import { loadersOf } from './loaders.ts';
import { renderEstimate, renderLocation } from './location.ts';
import type { Shipment } from './models.ts';
import { findByName, shownEvent } from './shipment.ts';

interface Named {
  readonly shipmentId?: string | null;
  readonly trackingToken?: string | null;
}

/** The parcel that a subscriber names, by id or by the token of a link. */
async function find(context: RequestContext, { shipmentId, trackingToken }: Named): Promise<Shipment> {
  if ((shipmentId == null) === (trackingToken == null)) {
    throw codedError('BAD_USER_INPUT', 'Expected exactly one of `shipmentId` and `trackingToken`.');
  }
  const found =
    trackingToken != null ? await findByToken(context, trackingToken) : await findByName(context, shipmentId ?? '');
  if (!found) throw codedError('NOT_FOUND', 'There is no such parcel, or the link is over.');
  return found;
}

/** A stream outlives the link that it was opened with; what it tells does not. */
function assertLinkHolds(context: RequestContext, { trackingToken }: Named): void {
  if (trackingToken != null && !isLinkGood(context, trackingToken)) throw codedError('NOT_FOUND', 'The link is over.');
}

const longestIntervalSeconds = 3_600;

interface Seen {
  readonly access: Access;
  readonly position: LivePosition;
}

interface Changed {
  readonly access: Access;
  readonly shipmentId: string;
  readonly event: TrackingEvent | null;
}

interface ChangeRow {
  readonly version: number;
  readonly event: Record<string, unknown> | null;
}

const changesSince = `
  select c.version, case when e.id is null then null else jsonb_build_object('id', e.id, 'sequence', e.sequence,
    'status', e.status, 'description', e.description, 'latitude', e.latitude, 'longitude', e.longitude,
    'occurredAt', e.occurred_at, 'receivedAt', e.received_at, 'source', e.source) end as event
  from "logistics"."shipment_change" c
  left join "logistics"."tracking_event" e on e.tenant_id = c.tenant_id and e.shipment_id = c.shipment_id
    and e.sequence = c.event_sequence
  where c.tenant_id = $1 and c.shipment_id = $2 and c.version > $3 order by c.version limit $4`;

const positionIn = (notice: LiveNotice): LivePosition =>
  // Made by `noticeOf`, which is the only one to publish on this subject.
  notice['position'] as LivePosition;

/** The subscriptions of logistics. */
export const Subscription = {
  shipmentLocationUpdated: {
    async subscribe(_parent, { minIntervalSeconds, after, ...named }, context) {
      if (minIntervalSeconds < 0 || minIntervalSeconds > longestIntervalSeconds) {
        const message = `\`minIntervalSeconds\` is 0 to ${longestIntervalSeconds}, got ${minIntervalSeconds}.`;
        throw codedError('BAD_USER_INPUT', message);
      }
      const { row, access } = await find(context, named);
      return context.live.newest<Seen>({
        subjects: [locationSubject(row.id)],
        after,
        minIntervalMs: 1_000 * minIntervalSeconds,
        async read(fresh) {
          const [shipment, position] = await Promise.all([
            loadersOf(fresh).shipment.load(row.id),
            loadersOf(fresh).position.load(row.id),
          ]);
          if (!shipment) return null;
          return {
            version: versionOf(shipment, position),
            item: { access, position: livePosition(shipment, position) },
          };
        },
        fromNotice: (notice) => ({ version: notice.version ?? 0, item: { access, position: positionIn(notice) } }),
      });
    },
    resolve({ cursor, isSnapshot, item }: LiveUpdate<Seen>, named: Named, context: RequestContext) {
      assertLinkHolds(context, named);
      return { cursor, isSnapshot, ...item };
    },
  },
  shipmentUpdated: {
    async subscribe(_parent, { after, ...named }, context) {
      const { row, access } = await find(context, named);
      const shipmentId = row.id;
      return context.live.everyChange<Changed>({
        subject: shipmentSubject(shipmentId),
        after,
        async snapshot(fresh) {
          const shipment = await loadersOf(fresh).shipment.load(shipmentId);
          return shipment && { version: shipment.version, item: { access, shipmentId, event: null } };
        },
        async since(fresh, version, limit) {
          const rows = await read<ChangeRow>(fresh.em, changesSince, [tenantOf(fresh), shipmentId, version, limit]);
          return rows.map((change) => ({
            version: change.version,
            item: { access, shipmentId, event: change.event && eventOf(change.event) },
          }));
        },
      });
    },
    async resolve({ cursor, isSnapshot, item }: LiveUpdate<Changed>, named: Named, context: RequestContext) {
      assertLinkHolds(context, named);
      const row = await loadersOf(context).shipment.load(item.shipmentId);
      if (!row) throw new Error(`The parcel ${item.shipmentId} is gone; rows are never deleted.`);
      const shipment = { row, access: item.access };
      return { cursor, isSnapshot, shipment, event: item.event && shownEvent(item.event, shipment) };
    },
  },
} satisfies SubscriptionResolvers;

/** An event as JSON of the database has it. */
function eventOf(json: Record<string, unknown>): TrackingEvent {
  // The statement built it from the columns of this entity; only times are text.
  const event = json as unknown as TrackingEvent;
  return { ...event, occurredAt: new Date(event.occurredAt), receivedAt: new Date(event.receivedAt) };
}

/** A tick of the map. All of it came with the notice; only who asks for more of the parcel reads the database. */
export const ShipmentLocationUpdate: ShipmentLocationUpdateResolvers = {
  async shipment({ access, position }, _args, context) {
    const row = await loadersOf(context).shipment.load(position.shipmentId);
    if (!row) throw new Error(`The parcel ${position.shipmentId} is gone; rows are never deleted.`);
    return { row, access };
  },
  location: ({ access, position }) => renderLocation(access, position),
  eta: ({ position }) => renderEstimate(position),
  status: ({ position }) => position.status,
  isStale: ({ position }) => position.isStale && position.shownSince !== null,
};
