import {
  StorefrontGuestOrderDocument,
  StorefrontOrderDocument,
  StorefrontOrderUpdatedDocument,
  type OrderPageFragment,
} from '../../generated/operations.ts';
import { useCart } from '../cart/cart-context.tsx';
import { useSettledCart } from '../cart/use-settled-cart.ts';
import { NotPlaced } from '../checkout/not-placed.tsx';
import { useLive } from '../live/use-live.ts';
import { useQuestion } from '../live/use-question.ts';
import { OrderActions } from '../order/order-actions.tsx';
import { OrderBadge } from '../order/order-badge.tsx';
import { OrderMoney } from '../order/order-money.tsx';
import { OrderPoints } from '../order/order-points.tsx';
import { OrderTimeline } from '../order/order-timeline.tsx';
import { Progress } from '../order/progress.tsx';
import { usePolling } from '../order/use-polling.ts';
import { Icon } from '../parts/icons.tsx';
import { LineArt } from '../parts/line-art.tsx';
import { LiveBadge } from '../parts/live-badge.tsx';
import { Price, TotalsTable } from '../parts/price.tsx';
import { Empty, Failed, Loading, Missing, Notice } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { isOver } from '../session/keep-token.ts';
import { useShopper } from '../session/session-context.ts';
import { byInterest, contentsOf, isUnderWay } from '../shipment/parcel-words.ts';
import { Parcel } from '../shipment/parcel.tsx';
import { formatDay } from '../words.ts';

const restlessPollMs = 2_000;
const positionPollMs = 5_000;
const calmPollMs = 30_000;
/** So soon after an order its parcel may still be packed without the order itself changing. */
const restlessForMs = 120_000;

/** An order: of the customer by its id, of a guest by the id of the cart that it was, which only they know. */
export function OrderPage({ orderId, cartId }: { orderId?: string; cartId?: string }) {
  const { token } = useShopper();
  const own = useQuestion(StorefrontOrderDocument, { variables: orderId ? { id: orderId } : null });
  const ofCart = useQuestion(StorefrontGuestOrderDocument, { variables: cartId ? { cartId } : null });
  const { error, isLoading, isBehind, ask } = orderId ? own : ofCart;
  const order = (orderId ? own.data?.order : ofCart.data?.cart?.order) ?? null;

  if (!order) {
    // That a cart was no order a moment ago says nothing.
    if (isLoading || (ofCart.isAsking && error === undefined)) return <Loading isPage what="the order" />;
    if (error) return <Failed isPage what="The order did not come." onRetry={ask} />;
    if (cartId && ofCart.data?.cart) return <NotPlaced cartId={cartId} />;
    return (
      <>
        <PageTitle title="No such order" />
        <Empty title="There is no order here">
          <Link to={token.isCustomer ? '/orders' : '/'} className="button">
            {token.isCustomer ? 'Your orders' : 'To the shop'}
          </Link>
        </Empty>
      </>
    );
  }
  return <OrderShown order={order} cartId={cartId ?? null} isBehind={isBehind} ask={ask} />;
}

function OrderShown({
  order,
  cartId,
  isBehind,
  ask,
}: {
  order: OrderPageFragment;
  cartId: string | null;
  isBehind: boolean;
  ask: () => void;
}) {
  const live = useLive(StorefrontOrderUpdatedDocument, {
    variables: { orderId: order.id, cartId },
    cursorOf: ({ orderUpdated }) => orderUpdated.cursor,
  });
  const hasEnded = isOver(useShopper().state);
  // A question that was not answered is asked again by itself, with pauses of its own.
  usePolling(ask, hasEnded || isBehind ? null : pollMs(order, live === 'live'));
  useSettledCart(order);
  return (
    <>
      <Link to={cartId === null ? '/orders' : '/'} className="back">
        <Icon name="back" /> {cartId === null ? 'Your orders' : 'All products'}
      </Link>
      <header className="order-head">
        <div>
          <p className="eyebrow">{formatDay(order.placedAt)}</p>
          <PageTitle title={`Order ${order.number}`} />
        </div>
        <div className="order-state">
          <LiveBadge state={live} />
          <OrderBadge order={order} />
        </div>
      </header>
      <p className="visually-hidden" role="status">
        {statusSentence(order)}
      </p>
      {order.failure && <Failure order={order} />}
      <Progress order={order} />
      {order.shipments === null && <Missing what="The parcels of this order" />}
      {byInterest(order.shipments ?? []).map((shipment, _index, { length }) => (
        <Parcel
          key={shipment.id}
          shipment={shipment}
          contents={length > 1 ? contentsOf(shipment, order.lines) : null}
          // A customer's token of access opens the parcel; a guest has none, and gets one with the order.
          {...(cartId !== null && shipment.trackingToken ? { trackingToken: shipment.trackingToken } : {})}
        />
      ))}
      <div className="two-columns">
        <div className="steps">
          <section className="card" aria-labelledby="order-lines">
            <h2 id="order-lines">What you bought</h2>
            <ul className="lines plain">
              {order.lines.map((line) => (
                <li key={line.id} className="line">
                  <LineArt line={line} />
                  <div className="line-words">
                    <h3 className="line-title">
                      {line.variant ? (
                        <Link to={`/products/${encodeURIComponent(line.variant.product.handle)}`}>{line.title}</Link>
                      ) : (
                        line.title
                      )}
                    </h3>
                    <p className="soft">
                      {line.quantity} × <Price money={line.unitPrice} />
                      {line.refundedQuantity > 0 && `, ${line.refundedQuantity} refunded`}
                    </p>
                  </div>
                  <p className="line-total">
                    <Price money={line.total} />
                  </p>
                </li>
              ))}
            </ul>
            <TotalsTable totals={order.totals} />
          </section>
          <OrderMoney order={order} />
          <OrderPoints order={order} />
        </div>
        <div className="steps">
          <OrderTimeline order={order} />
          {order.shippingAddress && (
            <section className="card" aria-labelledby="order-address">
              <h2 id="order-address">Where to</h2>
              <p>
                {order.shippingAddress.name}
                <br />
                {order.shippingAddress.line1}
                <br />
                {order.shippingAddress.postalCode} {order.shippingAddress.city}, {order.shippingAddress.countryCode}
              </p>
            </section>
          )}
          <OrderActions order={order} onChanged={ask} />
        </div>
      </div>
    </>
  );
}

/** How often to ask although there is a stream: for what other parts of the house know, which no event of the order tells. */
function pollMs(order: OrderPageFragment, isLive: boolean): number {
  const isYoung = Date.now() - Date.parse(order.placedAt) < restlessForMs;
  const isSettling =
    order.status === 'PENDING' || (order.status === 'CONFIRMED' && isYoung && !order.shipments?.length);
  if (isSettling) return restlessPollMs;
  if (!isLive && order.shipments?.some(({ status }) => isUnderWay(status))) return positionPollMs;
  return calmPollMs;
}

const failures: Readonly<Record<string, string>> = {
  PAYMENT_DECLINED: 'The card was declined. Nothing was taken, and nothing is held for you any more.',
  INSUFFICIENT_STOCK: 'Somebody was faster: not all of it was in stock. Nothing was taken.',
  INSUFFICIENT_POINTS: 'There were fewer points than the order wanted to redeem. Nothing was taken.',
};

function Failure({ order }: { order: OrderPageFragment }) {
  const { count } = useCart();
  return (
    <Notice tone="bad">
      {failures[order.failure?.code ?? ''] ?? order.failure?.message} You are welcome to{' '}
      <Link to={count > 0 ? '/cart' : '/'}>order again</Link>.
    </Notice>
  );
}

const statusSentence = ({ number, status, paymentStatus, fulfillmentStatus }: OrderPageFragment): string =>
  `Order ${number}: ${[status, paymentStatus, fulfillmentStatus].map((code) => code.toLowerCase().replaceAll('_', ' ')).join(', ')}`;
