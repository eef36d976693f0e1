import { useMutation } from '@apollo/client/react';
import { StorefrontInboxDocument, StorefrontNotificationMarkReadDocument } from '../../generated/operations.ts';
import { joined } from '../api/joined.ts';
import { inboxPage } from '../inbox/live-inbox.tsx';
import { setUnread, useUnread } from '../inbox/use-unread.ts';
import { useQuestion } from '../live/use-question.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { Empty, Failed, Loading, Missing } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { formatMoment } from '../words.ts';

const mostAtOnce = 100;

/** What the customer was told, newest first; new letters arrive by themselves. Opening one marks it as read. */
export function InboxPage() {
  const { data, error, isLoading, ask, fetchMore } = useQuestion(StorefrontInboxDocument, { variables: inboxPage });
  const [markRead] = useMutation(StorefrontNotificationMarkReadDocument);
  const count = useUnread();
  const letters = data?.me?.notifications;
  const unread = letters?.nodes.filter(({ readAt }) => readAt === null) ?? [];

  async function read(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    try {
      const { data: answer } = await markRead({ variables: { input: { ids: ids.slice(0, mostAtOnce) } } });
      const done = answer?.notificationMarkRead.notifications?.length ?? 0;
      setUnread(Math.max(0, count - done));
    } catch {
      // It stays unread, and can be opened again.
    }
  }

  return (
    <>
      <div className="order-head">
        <PageTitle title="Your inbox" />
        {unread.length > 0 && (
          <button type="button" className="button quiet small" onClick={() => void read(unread.map(({ id }) => id))}>
            Mark all as read
          </button>
        )}
      </div>
      {isLoading && <Loading what="your inbox" />}
      {!data && error !== undefined && <Failed what="Your inbox did not come." onRetry={ask} />}
      {data && !letters && <Missing what="Your inbox" />}
      {letters?.nodes.length === 0 && (
        <Empty title="No letters yet">
          <p>What we tell you about your orders is kept here.</p>
        </Empty>
      )}
      <ul className="letters">
        {letters?.nodes.map(({ id, subject, body, createdAt, readAt, order }) => (
          <li key={id} className={readAt === null ? 'card letter unread' : 'card letter'}>
            <details
              onToggle={({ currentTarget }) => {
                if (currentTarget.open && readAt === null) void read([id]);
              }}
            >
              <summary>
                <span className="letter-subject">
                  {readAt === null && <span className="visually-hidden">Unread: </span>}
                  {subject}
                </span>
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
      <ShowMore
        list={letters}
        more={(after) =>
          fetchMore({
            variables: { after },
            updateQuery: (before, { fetchMoreResult: next }) =>
              before.me?.notifications && next.me?.notifications
                ? { ...next, me: { ...next.me, notifications: joined(before.me.notifications, next.me.notifications) } }
                : before,
          })
        }
      />
    </>
  );
}
