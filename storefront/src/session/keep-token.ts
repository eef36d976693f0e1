import type { Token } from './token.ts';

/**
 * How a session stands. A visit goes on for ever; a sign-in is `ending` for its last minutes, `expired` when its time is
 * over, and `withdrawn` when the server no longer takes it although there was time left.
 */
export type SessionState = 'running' | 'ending' | 'expired' | 'withdrawn';

/** Nothing is asked any more: the session is over. */
export class SignedOut extends Error {
  constructor() {
    super('You have been signed out. Sign in again.');
  }
}

/** Whether a session has ended for good. */
export const isOver = (state: SessionState): boolean => state === 'expired' || state === 'withdrawn';

/** What the server says when it is asked. */
export interface ServerWord {
  /** A fresh token of a visitor of the same shop; null where it hands out none. */
  readonly visitor: Token | null;
  /** How far its clock is ahead of this machine's, in milliseconds; negative: behind. */
  readonly aheadMs: number;
}

/** The token of a session, kept fresh for a visitor, and known to be over for a customer. */
export interface TokenKeeper {
  readonly token: Token;
  readonly state: SessionState;
  /** The token to send now. Waits for a newer one where this is of no use; throws `SignedOut` once the session is over. */
  fresh(): Promise<Token>;
  /** The server has refused a token: a visitor gets another one, and a customer's end is looked at by the server's clock. */
  doubt(refused: Token): Promise<void>;
  /** The server has refused a token again, in spite of `doubt`: a sign-in is over. */
  deny(refused: Token): void;
  /** Looks at once: the page is looked at again, or the network is back. */
  wake(): void;
  /** Begins to look; answers how to stop. */
  start(): () => void;
  /** Hears of another token and of another state; answers how to stop. */
  subscribe(listener: () => void): () => void;
}

export interface KeepTokenOptions extends Pick<ServerWord, 'aheadMs'> {
  readonly token: Token;
  /** Asks the server. May reject. */
  readonly ask: () => Promise<ServerWord>;
  /** The clock of this machine, in milliseconds since 1970. */
  readonly now: () => number;
  /** Runs something later; answers how to give it up. */
  readonly later: (run: () => void, afterMs: number) => () => void;
}

const longestLeadMs = 5 * 60_000;
/** A machine that sleeps stops its timers: so often is looked how late it is. */
const lookEveryMs = 60_000;
/** A token that ends so soon may have ended when it arrives. The server tells its time in whole seconds. */
const sureMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * Keeps the token of a session. How long it lasts is reckoned by the server's clock, which is asked again whenever something
 * is decided by it: a clock of this machine that is wrong, or is set right, neither ends a session nor keeps it.
 */
export function keepToken(options: KeepTokenOptions): TokenKeeper {
  const { ask, now, later } = options;
  let { token, aheadMs } = options;
  let state: SessionState = 'running';
  let asking: Promise<void> | null = null;
  let isDoubted = false;
  let failures = 0;
  let isStarted = false;
  let giveUpLook: (() => void) | null = null;
  const listeners = new Set<() => void>();

  const leftMs = (): number => token.expiresAtMs - now() - aheadMs;
  let leadMs = leadOf(token, leftMs());

  function tell(next: SessionState): void {
    if (state === next) return;
    state = next;
    for (const listener of listeners) listener();
  }

  function lookLater(afterMs: number): void {
    giveUpLook?.();
    giveUpLook = isStarted ? later(look, afterMs) : null;
  }

  function look(): void {
    if (isOver(state)) return;
    const [left, untilLead] = [leftMs(), leftMs() - leadMs];
    if (token.isCustomer) tell(untilLead > 0 ? 'running' : 'ending');
    if (left <= 0 || (!token.isCustomer && untilLead <= 0)) return void settle();
    lookLater(Math.min(untilLead > 0 ? untilLead : left, lookEveryMs));
  }

  /** Asks the server, one question at a time. Never rejects. */
  function settle(): Promise<void> {
    asking ??= ask()
      .then(take, tryLater)
      .finally(() => {
        asking = null;
        isDoubted = false;
      });
    return asking;
  }

  function take(word: ServerWord): void {
    aheadMs = word.aheadMs;
    if (token.isCustomer) {
      if (leftMs() <= sureMs) return end('expired');
    } else {
      if (!word.visitor) return tryLater();
      token = word.visitor;
      leadMs = leadOf(token, leftMs());
      for (const listener of listeners) listener();
      // As old as the one before: asking for another at once would be asking for ever.
      if (leftMs() <= leadMs) return tryLater();
    }
    failures = 0;
    look();
  }

  function tryLater(): void {
    lookLater(Math.min(longestPauseMs, firstPauseMs * 2 ** failures));
    failures++;
  }

  function end(how: SessionState): void {
    giveUpLook?.();
    tell(how);
  }

  return {
    get token() {
      return token;
    },
    get state() {
      return state;
    },
    async fresh() {
      if (!isOver(state) && (isDoubted || leftMs() <= sureMs)) await settle();
      if (isOver(state)) throw new SignedOut();
      return token;
    },
    async doubt(refused) {
      if (isOver(state) || refused.text !== token.text) return;
      isDoubted = true;
      await settle();
    },
    deny(refused) {
      if (isOver(state) || refused.text !== token.text || !token.isCustomer) return;
      end(leftMs() <= sureMs ? 'expired' : 'withdrawn');
    },
    wake: look,
    start() {
      isStarted = true;
      look();
      return () => {
        isStarted = false;
        giveUpLook?.();
      };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** How long before its end a token is renewed, or a person is told. */
function leadOf({ issuedAtMs, expiresAtMs }: Token, leftMs: number): number {
  const lifetimeMs = issuedAtMs === null ? leftMs : expiresAtMs - issuedAtMs;
  return Math.min(longestLeadMs, lifetimeMs / 4);
}
