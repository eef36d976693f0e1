import { useQuery } from '@apollo/client/react';
import { StorefrontInboxDocument } from '../../generated/operations.ts';
import { Empty, Failed, Loading, Missing } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { formatMoment } from '../words.ts';

const pageSize = 30;

/** What the customer was told, newest first. */
export function InboxPage() {
  const { data, error, loading, refetch } = useQuery(StorefrontInboxDocument, {
    variables: { first: pageSize, after: null },
    fetchPolicy: 'cache-and-network',
  });
  const letters = data?.me?.notifications;
  return (
    <>
      <PageTitle title="Your inbox" />
      {!data && loading && <Loading what="your inbox" />}
      {!data && error && <Failed what="Your inbox did not come." onRetry={() => void refetch()} />}
      {data && !letters && <Missing what="Your inbox" />}
      {letters?.nodes.length === 0 && (
        <Empty title="No letters yet">
          <p>What we tell you about your orders is kept here.</p>
        </Empty>
      )}
      <ul className="letters">
        {letters?.nodes.map(({ id, subject, body, createdAt, order }) => (
          <li key={id} className="card letter">
            <details>
              <summary>
                <span className="letter-subject">{subject}</span>
                <time className="soft" dateTime={createdAt}>
                  {formatMoment(createdAt)}
                </time>
              </summary>
              <p className="letter-body">{body}</p>
              {order && (
                <Link to={`/orders/${encodeURIComponent(order.id)}`} className="button quiet small">
                  To order {order.number}
                </Link>
              )}
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}
