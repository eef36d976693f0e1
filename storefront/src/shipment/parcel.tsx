import { useQuery } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import {
  StorefrontShipmentTrackDocument,
  StorefrontTrackingDocument,
  type ShipmentCardFragment,
} from '../../generated/operations.ts';
import { decodePolyline, type Place } from '../map/geometry.ts';
import { Boundary } from '../parts/boundary.tsx';
import { Icon } from '../parts/icons.tsx';
import { LiveBadge } from '../parts/live-badge.tsx';
import { loadedLater } from '../parts/loaded-later.tsx';
import { Failed, Loading, Missing } from '../parts/states.tsx';
import { ago, formatClock, formatDistance, formatMoment, wordsOf } from '../words.ts';
import { isOver, isUnderWay, sentenceOf } from './parcel-words.ts';
import { useParcel, type FollowedParcel, type ParcelName } from './use-parcel.ts';
import { useNow } from './use-now.ts';

const LiveMap = loadedLater(async () => (await import('../map/live-map.tsx')).LiveMap, {
  loading: <Loading what="the map" />,
  failed: (tryAgain) => <Failed what="The map did not come." onRetry={tryAgain} />,
});

/** A parcel: the same in words and on a map. */
export function Parcel(props: {
  shipment: ShipmentCardFragment;
  trackingToken?: string;
  track?: readonly Place[];
  /** What is in it, where that has to be said. */
  contents?: string | null;
}) {
  const { shipment, trackingToken, track, contents = null } = props;
  // The order brings another token each time it is read; the first one opens the streams, and holds for weeks.
  const [firstToken] = useState(trackingToken ?? null);
  const name: ParcelName = { shipmentId: shipment.id, trackingToken: firstToken };
  const followed = useParcel(shipment, name);
  const { status } = followed;
  const hasMap = shipment.plannedRoute !== null && (isUnderWay(status) || status === 'DELIVERED');
  // A parcel that was watched to the door stays on the map; one that was delivered long ago is told in words.
  const [wasUnderWay] = useState(() => isUnderWay(shipment.status));
  const showsMap = hasMap && (isUnderWay(status) || wasUnderWay);
  const titleId = `parcel-${shipment.id}`;
  return (
    <section className="card parcel" aria-labelledby={titleId} data-status={status}>
      <div className="parcel-head">
        <h2 id={titleId}>
          <Icon name="van" /> {shipment.isReturn ? 'Return parcel' : 'Parcel'} {shipment.number}
        </h2>
        {!isOver(status) && <LiveBadge state={followed.live} />}
      </div>
      {contents !== null && <p className="soft parcel-contents">{contents}</p>}
      <p className="visually-hidden" role="status">
        {followed.spoken}
      </p>
      <div className={showsMap ? 'parcel-body' : 'parcel-body words-only'}>
        {showsMap && (
          <Boundary fallback={<Missing what="The map" />}>
            <ParcelMap shipment={shipment} followed={followed} track={track} token={firstToken} />
          </Boundary>
        )}
        <ParcelWords shipment={shipment} followed={followed} />
      </div>
    </section>
  );
}

function ParcelMap(props: {
  shipment: ShipmentCardFragment;
  followed: FollowedParcel;
  track: readonly Place[] | undefined;
  token: string | null;
}) {
  const { shipment, followed, track, token } = props;
  const { data } = useQuery(StorefrontShipmentTrackDocument, {
    variables: { id: shipment.id },
    skip: track !== undefined || token !== null,
    fetchPolicy: 'network-only',
  });
  const byToken = useQuery(StorefrontTrackingDocument, {
    variables: { token: token ?? '' },
    skip: track !== undefined || token === null,
    fetchPolicy: 'no-cache',
  });
  const route = useMemo(() => decodePolyline(shipment.plannedRoute ?? ''), [shipment.plannedRoute]);
  const { latitude, longitude } = shipment.destinationPoint ?? {};
  const destination = useMemo(
    () => (latitude === undefined || longitude === undefined ? null : { latitude, longitude }),
    [latitude, longitude],
  );
  const asked = data?.shipment?.track ?? byToken.data?.shipmentByTrackingToken?.track;
  const way = useMemo(() => track ?? asked?.map(({ point }) => point) ?? [], [track, asked]);
  return (
    <LiveMap
      name={shipment.number}
      route={route}
      track={way}
      fix={followed.fix}
      destination={destination}
      isOver={!isUnderWay(followed.status)}
    />
  );
}

function ParcelWords({ shipment, followed }: { shipment: ShipmentCardFragment; followed: FollowedParcel }) {
  const { status, eta, isStale, lastHeardAt } = followed;
  // By the carrier's clock: reports may arrive out of order.
  const events = [...shipment.events.nodes].sort(
    (a, b) => b.occurredAt.localeCompare(a.occurredAt) || b.sequence - a.sequence,
  );
  const isComing = isUnderWay(status) && eta !== null;
  return (
    <div className="parcel-words">
      <div>
        {isComing && <p className="eta">{interval(eta.expectedAt, eta.latestAt)}</p>}
        <p>{sentenceOf(status)}</p>
        {isComing && (
          <p className="soft">
            Around {formatClock(eta.expectedAt)}; nine times out of ten by {formatClock(eta.latestAt)}.
          </p>
        )}
      </div>
      <dl className="parcel-facts">
        {isComing && eta.distanceRemainingMeters !== null && (
          <>
            <dt>Still to go</dt>
            <dd>
              {formatDistance(eta.distanceRemainingMeters)}
              {eta.stopsRemaining ? `, ${eta.stopsRemaining} ${eta.stopsRemaining === 1 ? 'stop' : 'stops'}` : ''}
            </dd>
          </>
        )}
        {isUnderWay(status) && (lastHeardAt || isStale) && (
          <>
            <dt>Last update</dt>
            <dd>
              {lastHeardAt && <Since instant={lastHeardAt} />}
              {isStale && (lastHeardAt ? ' – no signal' : 'No signal yet')}
            </dd>
          </>
        )}
        <dt>Carrier</dt>
        <dd>
          {shipment.carrier.name}
          {shipment.trackingNumber && <small className="soft"> {shipment.trackingNumber}</small>}
        </dd>
      </dl>
      {events.length > 0 && (
        <ol className="timeline" aria-label="What happened to the parcel">
          {events.map(({ sequence, status: then, description, occurredAt }) => (
            <li key={sequence} className={then === 'DELIVERED' ? 'good' : 'plain'}>
              <p>{description || wordsOf(then)}</p>
              <time dateTime={occurredAt}>{formatMoment(occurredAt)}</time>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** Both ends of an estimate, or one time where they are the same minute. */
function interval(expectedAt: string, latestAt: string): string {
  const [from, to] = [formatClock(expectedAt), formatClock(latestAt)];
  return from === to ? from : `${from} – ${to}`;
}

function Since({ instant }: { instant: string }) {
  const nowMs = useNow(5_000);
  return <>{ago((nowMs - Date.parse(instant)) / 1_000)}</>;
}
