import { lazy, Suspense, type ReactNode } from 'react';
import { Empty, Loading } from '../parts/states.tsx';
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

const OrderPage = lazy(async () => ({ default: (await import('./order-page.tsx')).OrderPage }));

/** The page at the present address. */
export function Pages() {
  const { path } = useAddress();
  const { token } = useShopper();
  const [, first = '', second, third] = path.split('/').map(decodeURIComponent);
  if (first === '') return <ShopPage />;
  if (first === 'products' && second) return <ProductPage key={second} handle={second} />;
  if (first === 'cart') return <CartPage />;
  if (first === 'checkout') return <CheckoutPage />;
  if (first === 'orders' && second === 'of-cart' && third)
    return (
      <Later>
        <OrderPage key={third} cartId={third} />
      </Later>
    );
  if (first === 'track' && second) return <TrackPage key={second} token={second} />;
  if (!token.isCustomer && ['orders', 'points', 'inbox'].includes(first)) return <SignInFirst what={first} />;
  if (first === 'orders' && second)
    return (
      <Later>
        <OrderPage key={second} orderId={second} />
      </Later>
    );
  if (first === 'orders') return <OrdersPage />;
  if (first === 'points') return <PointsPage />;
  if (first === 'inbox') return <InboxPage />;
  return (
    <>
      <PageTitle title="There is no such page" />
      <Empty title="Nothing grows here">
        <Link to="/" className="button">
          To the shop
        </Link>
      </Empty>
    </>
  );
}

const Later = ({ children }: { children: ReactNode }) => (
  <Suspense fallback={<Loading what="the order" />}>{children}</Suspense>
);
