import type { ApolloClient } from '@apollo/client';
import { ApolloProvider, useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { StorefrontTrackingDocument } from '../../generated/operations.ts';
import { createClient } from '../api/client.ts';
import { useQuestion } from '../live/use-question.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { PageTitle } from '../router.tsx';
import { visitsElsewhere } from '../session/keeper-of.ts';
import { useShopper } from '../session/session-context.ts';
import { Parcel } from '../shipment/parcel.tsx';

/**
 * A parcel for whoever has its link. A link does not say whose it is: it is looked for in the shop that is entered, and then
 * in the others as a visitor, who leaves again without the customer noticing.
 */
export function TrackPage({ token }: { token: string }) {
  const { merchant, shops } = useShopper();
  const here = useApolloClient();
  const [clients] = useState(() => [here, ...visitsElsewhere(shops, merchant?.handle ?? null).map(createClient)]);
  return <TrackedIn clients={clients} token={token} />;
}

function TrackedIn({ clients: [client, ...others], token }: { clients: readonly ApolloClient[]; token: string }) {
  return client ? (
    <ApolloProvider client={client}>
      <Tracked token={token} others={others} />
    </ApolloProvider>
  ) : (
    <>
      <PageTitle title="Follow the parcel" />
      <Empty title="This link leads to no parcel">
        <p>It may be over, or not complete. Ask the shop for a new one.</p>
      </Empty>
    </>
  );
}

function Tracked({ token, others }: { token: string; others: readonly ApolloClient[] }) {
  const { data, error, isLoading, ask } = useQuestion(StorefrontTrackingDocument, {
    variables: { token },
    fetchPolicy: 'network-only',
  });
  if (isLoading) return <Loading isPage what="the parcel" />;
  if (!data && error !== undefined) return <Failed isPage what="The parcel did not come." onRetry={ask} />;
  const shipment = data?.shipmentByTrackingToken;
  if (!shipment) return <TrackedIn clients={others} token={token} />;
  return (
    <>
      <PageTitle title="Follow the parcel" />
      <Parcel shipment={shipment} trackingToken={token} track={shipment.track.map(({ point }) => point)} />
    </>
  );
}
