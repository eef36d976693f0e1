import { useRef, type FormEvent, type ReactNode } from 'react';
import { useCart } from '../cart/cart-context.tsx';
import { LiveInbox } from '../inbox/live-inbox.tsx';
import { useUnread } from '../inbox/use-unread.ts';
import { LivePoints } from '../points/live-points.tsx';
import { Link, navigate, useAddress } from '../router.tsx';
import { isOver } from '../session/keep-token.ts';
import { enterShop, signIn, signOut } from '../session/session.ts';
import { useShopper } from '../session/session-context.ts';
import { formatCount } from '../words.ts';
import { Icon } from './icons.tsx';
import { NotUpToDate } from './not-up-to-date.tsx';
import { SessionNote } from './session-note.tsx';

/** What surrounds every page: the shop's name, search, the ways to go, and at the end the other shops. */
export function Shell({ children }: { children: ReactNode }) {
  const { merchant, token, name, canSignIn, shops, state } = useShopper();
  const { path } = useAddress();
  const shopName = merchant?.name ?? 'Shop';
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="top">
        <div className="top-row">
          <Link to="/" className="wordmark" aria-label={`${shopName}, to the shop`}>
            <span aria-hidden="true">{shopName}</span>
          </Link>
          <Search />
          <Navigation path={path} isCustomer={token.isCustomer} />
          {token.isCustomer ? (
            <div className="account">
              <LivePoints />
              <LiveInbox />
              <span className="account-name">
                <Icon name="person" />
                {name}
              </span>
              {!isOver(state) && (
                <button type="button" className="link-button" onClick={signOut}>
                  Sign out
                </button>
              )}
            </div>
          ) : (
            canSignIn && (
              <button
                type="button"
                className="button quiet small sign-in"
                onClick={() => signIn(location.pathname + location.search)}
              >
                Sign in
              </button>
            )
          )}
        </div>
        <SessionNote state={state} token={token} canSignIn={canSignIn} />
      </header>
      <main id="content" tabIndex={-1}>
        <NotUpToDate />
        {children}
      </main>
      <footer className="foot">
        <p>
          {shopName}
          {merchant ? `, goods may come back for ${merchant.returnWindowDays} days.` : ''}
        </p>
        {shops.length > 1 && (
          <p className="other-shops">
            Demo shops:{' '}
            {shops.map((shop) => (
              <button
                key={shop.handle}
                type="button"
                className="link-button"
                aria-current={shop.handle === merchant?.handle ? 'true' : undefined}
                onClick={() => enterShop(shop.handle)}
              >
                {shop.name}
              </button>
            ))}
          </p>
        )}
      </footer>
    </>
  );
}

function Navigation({ path, isCustomer }: { path: string; isCustomer: boolean }) {
  const { count } = useCart();
  const unread = useUnread();
  const item = (to: string, label: string, icon: Parameters<typeof Icon>[0]['name'], badge = 0, unit = '') => {
    const isHere = to === '/' ? path === '/' || path.startsWith('/products') : path.startsWith(to);
    return (
      <li>
        <Link to={to} aria-current={isHere ? 'page' : undefined}>
          <span className="icon-slot">
            <Icon name={icon} />
            {badge > 0 && <span className="badge">{formatCount(badge)}</span>}
          </span>
          <span>
            {label}
            {badge > 0 && <span className="visually-hidden">, {`${badge} ${unit}`}</span>}
          </span>
        </Link>
      </li>
    );
  };
  return (
    <nav className="ways" aria-label="Shop">
      <ul>
        {item('/', 'Shop', 'shop')}
        {isCustomer && item('/orders', 'Orders', 'orders')}
        {isCustomer && item('/points', 'Points', 'points')}
        {isCustomer && item('/inbox', 'Inbox', 'inbox', unread, 'unread')}
        {item('/cart', 'Cart', 'cart', count, 'in it')}
      </ul>
    </nav>
  );
}

function Search() {
  const { query } = useAddress();
  const field = useRef<HTMLInputElement>(null);
  const search = (event: FormEvent): void => {
    event.preventDefault();
    const words = field.current?.value.trim() ?? '';
    navigate(words ? `/?search=${encodeURIComponent(words)}` : '/');
  };
  return (
    <form className="search" role="search" onSubmit={search}>
      <label className="visually-hidden" htmlFor="search">
        Search the shop
      </label>
      <input
        key={query.get('search') ?? ''}
        ref={field}
        id="search"
        type="search"
        placeholder="Search"
        defaultValue={query.get('search') ?? ''}
        maxLength={100}
        autoComplete="off"
      />
      <button type="submit" aria-label="Search">
        <Icon name="search" />
      </button>
    </form>
  );
}
