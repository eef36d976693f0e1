import { useQuery } from '@apollo/client/react';
import { useEffect } from 'react';
import { StorefrontTrackingDocument } from '../../generated/operations.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { PageTitle } from '../router.tsx';
import { trackElsewhere } from '../session/session.ts';
import { useShopper } from '../session/session-context.ts';
import { Parcel } from '../shipment/parcel.tsx';

/** A parcel for whoever has its link. */
export function TrackPage({ token }: { token: string }) {
  const { merchant, shops } = useShopper();
  const { data, error, loading, refetch } = useQuery(StorefrontTrackingDocument, {
    variables: { token },
    fetchPolicy: 'network-only',
  });
  const shipment = data?.shipmentByTrackingToken;
  // A link does not say whose it is: it may be of the other shop that is entered here.
  const isElsewhere = data !== undefined && !shipment && merchant !== null;
  useEffect(() => {
    if (isElsewhere) trackElsewhere(shops, merchant.handle);
  }, [isElsewhere]);
  if (loading && !data) return <Loading what="the parcel" />;
  if (error && !data) return <Failed what="The parcel did not come." onRetry={() => void refetch()} />;
  return (
    <>
      <PageTitle title="Follow the parcel" />
      {shipment ? (
        <Parcel shipment={shipment} trackingToken={token} track={shipment.track.map(({ point }) => point)} />
      ) : (
        <Empty title="This link leads to no parcel">
          <p>It may be over, or not complete. Ask the shop for a new one.</p>
        </Empty>
      )}
    </>
  );
}
