import type { WebSocket } from 'ws';
import { Refusal, type KnownCode } from '../errors.ts';
import type { Log } from '../log.ts';
import { closeReason } from './close-reason.ts';
import type { EndReason } from './end-reason.ts';
import type { Frame } from './frame.ts';
import { createBucket, type LiveLimits } from './limits.ts';
import type { LiveCounters } from './metrics.ts';
import { forbidden, type Connection, type Session, type Sessions } from './session.ts';
import { createSocketOperations, type SocketOperations } from './socket-operations.ts';
import { sumOf } from './waiting.ts';

/** One client's socket, and what it has open. */
export interface SocketConnection extends Connection {
  readonly address: string;
  readonly operations: SocketOperations;
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal;
  /** Takes the caller that the client's first message named; `release` gives back its place among the caller's sockets. */
  begin(session: Session, release: () => void): void;
  operated(): void;
  /** A payload that `send` replaces by the frame's own bytes, made once for everybody. */
  payloadOf(frame: Frame): object;
  send(data: string): Promise<void>;
  onMessage(receive: (data: string) => Promise<void>, log: Log): void;
  onPing(payload: Record<string, unknown> | undefined, sessions: Sessions): Promise<void>;
  /**
   * Closes with the code and the words of a refusal. Clients try both close codes again: with a new token, or when another
   * tab has closed.
   */
  turnAway(refusal: Refusal): void;
  /** Ends without waiting for the other side, which does not answer. */
  cut(reason: EndReason): void;
  /** Once a second. */
  look(now: number): void;
  closed(): void;
}

const policyViolation = 1008;
const badMessage = 4400;
const internalError = 4500;
const initTimeout = 4408;
const tryAgainLater = 1013;
/** What may get better without another token. */
const passingCodes: ReadonlySet<KnownCode> = new Set<KnownCode>(['LIMIT_EXCEEDED', 'ISSUER_UNAVAILABLE']);
/** How the library writes a message whose payload stands for a frame. */
const placeholder = '"payload":0}';
/** A pong may say back what its ping said. It need not, and a client that reads nothing would have it kept. */
const mostEchoed = 1_024;

export function createSocketConnection(options: {
  socket: WebSocket;
  address: string;
  limits: LiveLimits;
  counters: LiveCounters;
}): SocketConnection {
  const { socket, address, limits, counters } = options;
  const gone = new AbortController();
  const operations = createSocketOperations(limits.subscriptionsPerSocket);
  const takesMessage = createBucket(limits.messages);
  let session: Session | undefined;
  let release = (): void => {};
  let openedAt = performance.now();
  let hasOperated = false;
  let frame: Frame | undefined;
  /** Since when the network has taken nothing while something waits for it. */
  let stalledSince: number | undefined;
  let unsent = 0;
  let pingedAt = openedAt + Math.random() * limits.pingMs;
  let isAlive = true;
  let refreshedAt = -Infinity;
  socket.on('pong', () => (isAlive = true));

  const connection: SocketConnection = {
    address,
    operations,
    gone: gone.signal,
    get session() {
      return session;
    },
    get waiting() {
      return sumOf([operations.waiting, { frames: unsent, bytes: socket.bufferedAmount }]);
    },
    begin(next, giveBack) {
      session = next;
      release = giveBack;
      openedAt = performance.now();
      if (socket.readyState !== socket.OPEN) giveBack();
    },
    operated: () => void (hasOperated = true),
    payloadOf: (next) => ({
      toJSON() {
        frame = next;
        return 0;
      },
    }),
    send(data) {
      const sending = frame;
      frame = undefined;
      if (socket.readyState !== socket.OPEN) return Promise.resolve();
      if (socket.bufferedAmount > limits.waitingBytes) {
        connection.cut('slow_consumer');
        return Promise.resolve();
      }
      if (sending && !data.endsWith(placeholder)) throw new Error('graphql-ws writes messages in another order.');
      const text = sending ? `${data.slice(0, -2)}${sending.json}}` : data;
      unsent++;
      stalledSince ??= performance.now();
      return new Promise((resolve) => {
        socket.send(text, (error) => {
          unsent--;
          stalledSince = unsent === 0 ? undefined : performance.now();
          if (sending && !error) counters.sent(sending.receivedAt);
          // A socket that cannot be written to is closing, and says so itself.
          resolve();
        });
      });
    },
    onMessage(receive, log) {
      socket.on('message', (data, isBinary) => {
        if (isBinary) return socket.close(badMessage, 'Messages are text');
        if (!takesMessage()) return connection.close(policyViolation, 'Too many messages', 'limit');
        receive(String(data)).catch((cause: unknown) => {
          log.error('message failed', {}, cause);
          socket.close(internalError, 'Internal server error');
        });
      });
    },
    async onPing(payload, sessions) {
      const authorization = payload?.['authorization'];
      if (typeof authorization !== 'string' || !session) return reply('pong', echoOf(payload));
      try {
        const now = performance.now();
        if (now - refreshedAt >= limits.refreshMs) {
          refreshedAt = now;
          session = await sessions.refresh(session, authorization);
          operations.reauthorise(session.viewer);
        }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.code !== 'ISSUER_UNAVAILABLE') return connection.turnAway(error);
        // What it has still counts; a later ping is looked at.
      }
      const { expiresAtMs } = session;
      await reply('pong', expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() });
    },
    close(code, message, reason) {
      // First the socket: a subscription that ends on an open one tells the client that it is complete.
      socket.close(code, closeReason(message));
      operations.endAll(reason);
    },
    turnAway({ code, message }) {
      connection.close(passingCodes.has(code) ? tryAgainLater : forbidden, `${code}: ${message}`, 'refused');
    },
    cut(reason) {
      socket.terminate();
      operations.endAll(reason);
    },
    look(now) {
      if (session?.expiresAtMs !== undefined && session.expiresAtMs <= Date.now())
        return connection.close(forbidden, 'The token has expired', 'token_expired');
      if (session && !hasOperated && now - openedAt > limits.firstOperationMs)
        return connection.close(initTimeout, 'No operation was asked for', 'limit');
      if (stalledSince !== undefined && now - stalledSince > limits.stalledMs) return connection.cut('slow_consumer');
      if (now - pingedAt < limits.pingMs) return;
      if (!isAlive) return connection.cut('client_disconnect');
      isAlive = false;
      pingedAt = now;
      socket.ping();
    },
    closed() {
      release();
      operations.endAll('client_disconnect');
      gone.abort();
    },
  };
  return connection;

  function reply(type: 'pong', payload: Record<string, unknown> | undefined): Promise<void> {
    return connection.send(JSON.stringify(payload ? { type, payload } : { type }));
  }
}

const echoOf = (payload: Record<string, unknown> | undefined): Record<string, unknown> | undefined =>
  JSON.stringify(payload ?? {}).length <= mostEchoed ? payload : undefined;
