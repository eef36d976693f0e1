import { StorefrontMyOrdersDocument } from '../../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { OrderBadge } from '../order/order-badge.tsx';
import { Price } from '../parts/price.tsx';
import { joined } from '../api/joined.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { Empty, Failed, Loading, Missing } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { formatDay } from '../words.ts';

const pageSize = 20;

/** All orders of the customer, newest first. */
export function OrdersPage() {
  const { data, error, isLoading, ask, fetchMore } = useQuestion(StorefrontMyOrdersDocument, {
    variables: { first: pageSize, after: null },
  });
  const orders = data?.me?.orders;
  return (
    <>
      <PageTitle title="Your orders" />
      {isLoading && <Loading what="your orders" />}
      {!data && error !== undefined && <Failed what="Your orders did not come." onRetry={ask} />}
      {data && !orders && <Missing what="Your orders" />}
      {orders?.nodes.length === 0 && (
        <Empty title="No orders yet">
          <Link to="/" className="button">
            Look around
          </Link>
        </Empty>
      )}
      {orders && orders.nodes.length > 0 && (
        <ul className="order-list">
          {orders.nodes.map((order) => (
            <li key={order.id} className="card order-row">
              <div>
                <h2>
                  <Link to={`/orders/${encodeURIComponent(order.id)}`}>Order {order.number}</Link>
                </h2>
                <p className="soft">{formatDay(order.placedAt)}</p>
              </div>
              <p className="order-row-lines">
                {order.lines.map(({ quantity, title }) => `${quantity} × ${title}`).join(', ')}
              </p>
              <OrderBadge order={order} />
              <p className="order-row-total">
                <Price money={order.totals.grandTotal} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <ShowMore
        list={orders}
        more={(after) =>
          fetchMore({
            variables: { after },
            updateQuery: (before, { fetchMoreResult: next }) =>
              before.me?.orders && next.me?.orders
                ? { ...next, me: { ...next.me, orders: joined(before.me.orders, next.me.orders) } }
                : before,
          })
        }
      />
    </>
  );
}
