import { ApolloProvider } from '@apollo/client/react';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { StorefrontSessionDocument } from '../generated/operations.ts';
import { createClient } from './api/client.ts';
import { CartProvider } from './cart/cart-context.tsx';
import { onWake } from './live/on-wake.ts';
import { useQuestion } from './live/use-question.ts';
import { useTrying } from './live/use-trying.ts';
import { SessionNote } from './parts/session-note.tsx';
import { Shell } from './parts/shell.tsx';
import { Failed, Loading } from './parts/states.tsx';
import { Pages } from './pages/pages.tsx';
import { navigate, PageTitle } from './router.tsx';
import { keeperOf } from './session/keeper-of.ts';
import { isOver, type SessionState } from './session/keep-token.ts';
import { acceptSignIn, currentSession, loadOffer, serverNow, type Offer, type Session } from './session/session.ts';
import { ShopperContext, type Shopper } from './session/session-context.ts';

/** The whole app: who shops is settled first, then everything else is asked in their name. */
export function App() {
  const [offer, setOffer] = useState<Offer | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const load = async (): Promise<boolean> => {
    try {
      setOffer(await loadOffer());
      setHasFailed(false);
      return true;
    } catch {
      setHasFailed(true);
      return false;
    }
  };
  useEffect(() => void load(), []);
  useTrying(hasFailed, load);

  if (hasFailed)
    return (
      <Bare>
        <Failed isPage what="The shop could not be reached." onRetry={() => void load()} />
      </Bare>
    );
  if (!offer)
    return (
      <Bare>
        <Loading isPage what="the shop" />
      </Bare>
    );
  if (location.pathname === '/shop/signed-in') {
    const goOn = acceptSignIn(location.hash, serverNow(offer));
    // Also takes the token out of the address, where it would be seen and kept.
    navigate(goOn?.slice('/shop'.length) ?? '/?signed-in=no', { replace: true });
  }
  const session = currentSession(offer, serverNow(offer));
  return session ? <SettledApp session={session} aheadMs={offer.aheadMs} /> : <NoWayIn />;
}

function SettledApp({ session, aheadMs }: { session: Session; aheadMs: number }) {
  // Once: a newer token of the same person changes nothing of what is shown.
  const [{ tokens, client }] = useState(() => {
    const keeper = keeperOf(session.token, aheadMs);
    return { tokens: keeper, client: createClient(keeper) };
  });
  const state = useSyncExternalStore(tokens.subscribe, () => tokens.state);
  useEffect(() => {
    const stop = tokens.start();
    const giveUpWaking = onWake(tokens.wake);
    return () => {
      giveUpWaking();
      stop();
    };
  }, [tokens]);
  return (
    <ApolloProvider client={client}>
      <ShopperProvider session={session} state={state}>
        <CartProvider>
          <Shell>
            <Pages />
          </Shell>
        </CartProvider>
      </ShopperProvider>
    </ApolloProvider>
  );
}

function ShopperProvider(props: { session: Session; state: SessionState; children: ReactNode }) {
  const { session, state, children } = props;
  const { data, error, isLoading, ask } = useQuestion(StorefrontSessionDocument, { variables: {} });
  const merchant = data?.viewer?.merchant ?? null;
  const handle = merchant?.handle;
  useEffect(() => {
    if (handle) document.documentElement.dataset['palette'] = paletteOf(handle);
  }, [handle]);
  if (isLoading)
    return (
      <Bare>
        <Loading isPage what="the shop" />
      </Bare>
    );
  if (!data && error)
    return (
      <Bare>
        {isOver(state) ? (
          <>
            <PageTitle title="Signed out" />
            <SessionNote {...session} state={state} />
          </>
        ) : (
          <Failed isPage what="The shop could not be reached." onRetry={ask} />
        )}
      </Bare>
    );

  const customer = data?.me ?? null;
  const name = customer?.firstName ?? session.token.name;
  const shopper: Shopper = { ...session, state, merchant, customer, name: session.token.isCustomer ? name : null };
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
