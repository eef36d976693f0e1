import { Empty } from '../parts/states.tsx';
import { PageTitle } from '../router.tsx';
import { signIn } from '../session/session.ts';
import { useShopper } from '../session/session-context.ts';

/** A page that belongs to an account, for somebody who is not signed in. */
export function SignInFirst({ what }: { what: string }) {
  const { canSignIn } = useShopper();
  return (
    <>
      <PageTitle title={`Your ${what}`} />
      <Empty title={`Sign in to see your ${what}`}>
        {canSignIn ? (
          <button type="button" className="button" onClick={() => signIn(location.pathname)}>
            Sign in
          </button>
        ) : (
          <p>Come in from the merchant’s own pages, which sign you in.</p>
        )}
      </Empty>
    </>
  );
}
