import type { ReactNode } from 'react';
import { Boundary } from '../parts/boundary.tsx';
import { loadedLater } from '../parts/loaded-later.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { stepsOfPath } from '../path.ts';
import { Link, PageTitle, useAddress } from '../router.tsx';
import { useShopper } from '../session/session-context.ts';
import { CartPage } from './cart-page.tsx';
import { CheckoutPage } from './checkout-page.tsx';
import { InboxPage } from './inbox-page.tsx';
import { OrdersPage } from './orders-page.tsx';
import { PointsPage } from './points-page.tsx';
import { ProductPage } from './product-page.tsx';
import { ShopPage } from './shop-page.tsx';
import { SignInFirst } from './sign-in-first.tsx';
import { TrackPage } from './track-page.tsx';

const OrderPage = loadedLater(async () => (await import('./order-page.tsx')).OrderPage, {
  loading: <Loading isPage what="the order" />,
  failed: (tryAgain) => <Failed isPage what="The order did not come." onRetry={tryAgain} />,
});

/** The page at the present address. A page that breaks says so, and the ways to the others stay. */
export function Pages() {
  const { path } = useAddress();
  return (
    <Boundary key={path} fallback={<Failed isPage what="This page broke." onRetry={() => location.reload()} />}>
      <PageAt path={path} />
    </Boundary>
  );
}

function PageAt({ path }: { path: string }): ReactNode {
  const { token } = useShopper();
  const steps = stepsOfPath(path);
  const [first = '', second, third] = steps ?? [];
  if (steps?.length === 0) return <ShopPage />;
  if (steps?.length === 1) return pageNamed(first, token.isCustomer);
  if (steps?.length === 2 && second) {
    if (first === 'products') return <ProductPage key={second} handle={second} />;
    if (first === 'track') return <TrackPage key={second} token={second} />;
    if (first === 'orders' && !token.isCustomer) return <SignInFirst what={first} />;
    if (first === 'orders') return <OrderPage key={second} orderId={second} />;
  }
  if (steps?.length === 3 && first === 'orders' && second === 'of-cart' && third)
    return <OrderPage key={third} cartId={third} />;
  return <NoSuchPage />;
}

function pageNamed(name: string, isCustomer: boolean): ReactNode {
  if (name === 'cart') return <CartPage />;
  if (name === 'checkout') return <CheckoutPage />;
  if (!isCustomer && ['orders', 'points', 'inbox'].includes(name)) return <SignInFirst what={name} />;
  if (name === 'orders') return <OrdersPage />;
  if (name === 'points') return <PointsPage />;
  if (name === 'inbox') return <InboxPage />;
  return <NoSuchPage />;
}

const NoSuchPage = () => (
  <>
    <PageTitle title="There is no such page" />
    <Empty title="Nothing grows here">
      <Link to="/" className="button">
        To the shop
      </Link>
    </Empty>
  </>
);
