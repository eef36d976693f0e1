import { ApolloProvider, useQuery } from '@apollo/client/react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { StorefrontSessionDocument } from '../generated/operations.ts';
import { createClient } from './api/client.ts';
import { CartProvider } from './cart/cart-context.tsx';
import { Shell } from './parts/shell.tsx';
import { Failed, Loading } from './parts/states.tsx';
import { Pages } from './pages/pages.tsx';
import { navigate, PageTitle } from './router.tsx';
import {
  acceptSignIn,
  currentSession,
  loadConfiguration,
  type Configuration,
  type Session,
} from './session/session.ts';
import { ShopperContext, type Shopper } from './session/session-context.ts';

/** The whole app: who shops is settled first, then everything else is asked in their name. */
export function App() {
  const [configuration, setConfiguration] = useState<Configuration | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const load = (): void => {
    setFault(null);
    loadConfiguration().then(setConfiguration, setFault);
  };
  useEffect(load, []);

  if (fault)
    return (
      <Bare>
        <Failed what="The shop could not be reached." onRetry={load} />
      </Bare>
    );
  if (!configuration)
    return (
      <Bare>
        <Loading what="the shop" />
      </Bare>
    );
  if (location.pathname === '/shop/signed-in') {
    const goOn = acceptSignIn(location.hash, Date.now());
    // Also takes the token out of the address, where it would be seen and kept.
    navigate(goOn?.slice('/shop'.length) ?? '/?signed-in=no', { replace: true });
  }
  const session = currentSession(configuration, Date.now());
  return session ? <SignedInApp session={session} /> : <NoWayIn />;
}

function SignedInApp({ session }: { session: Session }) {
  const client = useMemo(() => createClient(session.token), [session.token.text]);
  return (
    <ApolloProvider client={client}>
      <ShopperProvider session={session}>
        <CartProvider>
          <Shell>
            <Pages />
          </Shell>
        </CartProvider>
      </ShopperProvider>
    </ApolloProvider>
  );
}

function ShopperProvider({ session, children }: { session: Session; children: ReactNode }) {
  const { data, error, loading, refetch } = useQuery(StorefrontSessionDocument);
  const merchant = data?.viewer?.merchant ?? null;
  const handle = merchant?.handle;
  useEffect(() => {
    if (handle) document.documentElement.dataset['palette'] = paletteOf(handle);
  }, [handle]);
  if (!data && loading)
    return (
      <Bare>
        <Loading what="the shop" />
      </Bare>
    );
  if (!data && error)
    return (
      <Bare>
        <Failed what="The shop could not be reached." onRetry={() => void refetch()} />
      </Bare>
    );

  const customer = data?.me ?? null;
  const name = customer?.firstName ?? session.token.name;
  const shopper: Shopper = { ...session, merchant, customer, name: session.token.isCustomer ? name : null };
  return <ShopperContext value={shopper}>{children}</ShopperContext>;
}

const palettes = ['plum', 'moss', 'fjord', 'indigo'];

/** Each shop has colours of its own, always the same ones. */
function paletteOf(handle: string): string {
  const sum = Array.from(handle).reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return palettes[sum % palettes.length] ?? 'fjord';
}

function NoWayIn() {
  return (
    <Bare>
      <PageTitle title="Sign in first" />
      <p>
        This shop is entered from the merchant’s own pages, which sign you in and keep the token for this tab. Go back
        there and come in again.
      </p>
    </Bare>
  );
}

const Bare = ({ children }: { children: ReactNode }) => <main className="bare">{children}</main>;
