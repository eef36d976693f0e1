import type { ServerResponse } from 'node:http';
import { Refusal } from '../errors.ts';
import { refuse } from '../http/graphql-endpoint.ts';
import { toClientErrors, type MaskError } from './client-errors.ts';
import type { EndReason } from './end-reason.ts';
import type { Frame } from './frame.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveCounters } from './metrics.ts';
import type { Connection, Session } from './session.ts';
import type { LiveSubscription } from './subscription.ts';
import { nothingWaits, sumOf } from './waiting.ts';

/** One client's event stream, from the moment at which its caller is known. */
export interface EventStream extends Connection {
  /** Sends what the subscription brings, until either ends. One that was closed meanwhile leaves the subscription at once. */
  send(subscription: LiveSubscription): Promise<void>;
  /** Once a second. */
  look(now: number): void;
}

export const eventStreamType = 'text/event-stream';
const retryMs = 2_000;
/** How long a client may take to read the rest of what the gateway has closed. */
const goodbyeMs = 1_000;

export function createEventStream(options: {
  response: ServerResponse;
  session: Session;
  limits: LiveLimits;
  counters: LiveCounters;
  maskError: MaskError;
}): EventStream {
  const { response, session, limits, counters, maskError } = options;
  let subscription: LiveSubscription | undefined;
  let writtenAt = performance.now();
  /** Since when the network has taken nothing while something waits for it. */
  let stalledSince: number | undefined;
  /** A response that has ended stays open until its last byte is taken, which a client can put off for ever. */
  let openUntil = Infinity;

  const finish = (lastWords: string | undefined, withinMs: number): void => {
    openUntil = Math.min(openUntil, performance.now() + withinMs);
    if (!response.writableEnded) response.end(lastWords);
  };

  const stream: EventStream = {
    session,
    get waiting() {
      const sent = { frames: stalledSince === undefined ? 0 : 1, bytes: response.writableLength };
      return sumOf([subscription?.frames.waiting ?? nothingWaits, sent]);
    },
    close(_code, message, reason) {
      if (!response.headersSent) turnAway(message, reason);
      // Without the event "complete" a client connects again.
      finish(undefined, goodbyeMs);
      subscription?.end(reason);
    },
    look(now) {
      if (response.writableEnded) {
        if (now > openUntil) response.destroy();
        return;
      }
      if (session.expiresAtMs !== undefined && session.expiresAtMs <= Date.now())
        return stream.close(0, 'The token has expired. Sign in again.', 'token_expired');
      if (stalledSince !== undefined && now - stalledSince > limits.stalledMs) {
        response.destroy();
        return subscription?.end('slow_consumer');
      }
      if (!response.headersSent || stalledSince !== undefined || now - writtenAt < limits.pingMs) return;
      writtenAt = now;
      response.write(':\n\n');
    },
    async send(opened) {
      subscription = opened;
      const { frames } = opened;
      const leave = (): void => void Promise.resolve(frames.return?.()).catch(() => {});
      if (response.destroyed || response.writableEnded) return leave();
      response.once('close', leave);
      begin(response);
      writtenAt = performance.now();
      try {
        for await (const frame of frames) {
          if (response.writableEnded || response.destroyed) return;
          writtenAt = performance.now();
          const isTaken = response.write(eventOf(frame));
          if (!isTaken) {
            stalledSince = writtenAt;
            await drained(response);
            stalledSince = undefined;
          }
          counters.sent(frame.receivedAt);
        }
        finish('event: complete\ndata:\n\n', limits.stalledMs);
      } catch (error) {
        const errors = JSON.stringify({ errors: toClientErrors(error, maskError) });
        finish(`event: next\ndata: ${errors}\n\nevent: complete\ndata:\n\n`, limits.stalledMs);
      }
    },
  };
  return stream;

  /** Answers a request whose stream has not begun, and now never will. */
  function turnAway(message: string, reason: EndReason): void {
    const refusal =
      reason === 'drain'
        ? new Refusal('OVERLOADED', message, { status: 503 })
        : new Refusal('UNAUTHENTICATED', message, { status: 401 });
    const { status, headers, body } = refuse(refusal, session.viewer.requestId);
    for (const [name, value] of headers) response.setHeader(name, value);
    response.writeHead(status).end(body);
  }
}

/** Begins the answer of a request that accepts an event stream. */
export function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': `${eventStreamType}; charset=utf-8`,
    'cache-control': 'no-cache, no-transform',
    // Proxies gather what they pass on unless they are told not to.
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${retryMs}\n\n`);
}

function eventOf({ json, cursor }: Frame): string {
  // A cursor is base64 or the like; a line break in it would begin another field.
  const id = cursor === undefined || /[\r\n\0]/.test(cursor) ? '' : `id: ${cursor}\n`;
  return `${id}event: next\ndata: ${json}\n\n`;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
