import { isOver, type SessionState } from '../session/keep-token.ts';
import { signIn, signOut } from '../session/session.ts';
import type { Token } from '../session/token.ts';
import { plural } from '../words.ts';
import { Notice } from './states.tsx';

const minuteMs = 60_000;

/** Says that a sign-in ends, or has ended, and leads back to this very page. Takes no focus; shows nothing before. */
export function SessionNote(props: { state: SessionState; token: Token; canSignIn: boolean }) {
  const { state, token, canSignIn } = props;
  if (state === 'running') return null;
  return (
    <div className="session-note">
      {/* One that changes its role would not be read out. */}
      <Notice key={state} tone={isOver(state) ? 'bad' : 'plain'}>
        <p>{sentenceOf(state, token)}</p>
        <p className="button-row">
          {canSignIn && (
            <button type="button" className="button small" onClick={() => signIn(location.pathname + location.search)}>
              Sign in again
            </button>
          )}
          {isOver(state) && (
            <button type="button" className="button quiet small" onClick={signOut}>
              Go on as a visitor
            </button>
          )}
        </p>
      </Notice>
    </div>
  );
}

function sentenceOf(state: SessionState, token: Token): string {
  if (state === 'ending') return 'Your sign-in ends in a few minutes. Signing in again leads back to this page.';
  const reason =
    state === 'expired' ? `your sign-in ${lifetimeOf(token)}` : 'the shop does not take your sign-in any more';
  return `You have been signed out: ${reason}. What you see here is not kept up to date.`;
}

/** `lasts 12 hours`, as the token itself says. */
function lifetimeOf({ issuedAtMs, expiresAtMs }: Token): string {
  if (issuedAtMs === null) return 'is over';
  const minutes = Math.max(1, Math.round((expiresAtMs - issuedAtMs) / minuteMs));
  return `lasts ${minutes < 60 ? plural(minutes, 'minute') : plural(Math.round(minutes / 60), 'hour')}`;
}
