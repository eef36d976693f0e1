import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode, type FormattedExecutionResult } from 'graphql';
import { Refusal } from '../errors.ts';
import { readGraphQLRequest } from '../http/graphql-request.ts';
import type { GraphQLHttpAnswer, GraphQLHttpRequest } from '../http/graphql-endpoint.ts';
import type { Step } from '../http/server.ts';
import type { Log } from '../log.ts';
import type { Admission, AdmittedOperation } from './admission.ts';
import { toClientErrors, type MaskError } from './client-errors.ts';
import type { EndReason } from './cohort.ts';
import type { Frame } from './frame.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveCounters } from './metrics.ts';
import type { Quotas } from './quotas.ts';
import type { Connection, Session, Sessions } from './session.ts';
import type { LiveSubscription } from './subscription.ts';
import type { Wheel } from './wheel.ts';

/** Event streams by the protocol graphql-sse, one operation each, with cursors as event ids. */
export interface EventStreams {
  /** Answers requests to `/graphql` and `/graphql/stream` that accept an event stream. */
  readonly step: Step;
  readonly open: ReadonlySet<Connection>;
}

const eventStream = 'text/event-stream';
const retryMs = 2_000;

export function createEventStreams(parts: {
  readRequest: (request: IncomingMessage, response: ServerResponse) => Promise<GraphQLHttpRequest>;
  answerGraphQL: (request: GraphQLHttpRequest) => Promise<GraphQLHttpAnswer>;
  admission: Admission;
  sessions: Sessions;
  quotas: Quotas;
  liveLimits: LiveLimits;
  counters: LiveCounters;
  wheel: Wheel;
  maskError: MaskError;
  isStopping: () => boolean;
  log: Log;
}): EventStreams {
  const { readRequest, answerGraphQL, admission, sessions, quotas, liveLimits, counters, wheel, maskError } = parts;
  const open = new Set<Connection>();

  const step: Step = async (incoming, response) => {
    const [path] = (incoming.url ?? '').split('?');
    const isOurs = path === '/graphql/stream' || (path === '/graphql' && acceptsEvents(incoming));
    if (!isOurs || (incoming.method !== 'GET' && incoming.method !== 'POST')) return 'go on';
    if (parts.isStopping())
      throw new Refusal('OVERLOADED', 'This server is being replaced. Connect again.', { status: 503 });

    const request = await readRequest(incoming, response);
    if (!quotas.admitsConnection(request.address))
      throw new Refusal('LIMIT_EXCEEDED', 'Connections come too fast from this address. Try again in a second.', {
        status: 429,
        facts: { retryAfterMs: 1_000 },
      });
    const admitted = admission.admit(readGraphQLRequest(request));
    if (admitted.kind !== OperationTypeNode.SUBSCRIPTION) await answerOnce(request, response);
    else await follow(request, response, admitted, lastEventId(incoming));
    return 'answered';
  };
  return { step, open };

  /** A query or mutation: one event, and the end. */
  async function answerOnce(request: GraphQLHttpRequest, response: ServerResponse): Promise<void> {
    request.headers.set('accept', 'application/json');
    const { status, headers, body } = await answerGraphQL(request);
    const result: FormattedExecutionResult = JSON.parse(body);
    if (result.data === undefined) {
      for (const [name, value] of headers) response.setHeader(name, value);
      return void response.writeHead(status === 200 ? 400 : status).end(body);
    }
    begin(response);
    response.end(`event: next\ndata: ${body.trimEnd()}\n\nevent: complete\ndata:\n\n`);
  }

  async function follow(
    request: GraphQLHttpRequest,
    response: ServerResponse,
    admitted: AdmittedOperation,
    after: string | undefined,
  ): Promise<void> {
    const session = await sessions.open(request.headers);
    const release = quotas.hold(session.viewer, request.address, 'stream');
    response.once('close', release);
    try {
      const caller = { viewer: session.viewer, address: request.address, transport: 'graphql-sse' as const };
      const subscription = await admission.subscribe(admitted, {
        ...caller,
        ...(after === undefined ? {} : { after }),
      });
      if (response.destroyed) return void (await subscription.frames.return?.());
      begin(response);
      await send(response, session, subscription);
    } catch (error) {
      release();
      if (error instanceof Refusal || response.headersSent) throw error;
      const body = JSON.stringify({ errors: toClientErrors(error, maskError) });
      response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' }).end(body);
    }
  }

  async function send(response: ServerResponse, session: Session, subscription: LiveSubscription): Promise<void> {
    let writtenAt = performance.now();
    let stalledSince: number | undefined;
    const close = (reason: EndReason): void => {
      // Without the event "complete" a client connects again.
      response.end();
      subscription.end(reason);
    };
    const connection: Connection = { session, close: (_code, _message, reason) => close(reason) };
    const look = (now: number): void => {
      if (session.expiresAtMs !== undefined && session.expiresAtMs <= Date.now()) return close('token_expired');
      if (stalledSince !== undefined && now - stalledSince > liveLimits.stalledMs) {
        response.destroy();
        return subscription.end('slow_consumer');
      }
      if (stalledSince !== undefined || now - writtenAt < liveLimits.pingMs) return;
      writtenAt = now;
      response.write(':\n\n');
    };
    const leaveWheel = wheel.add(look);
    open.add(connection);
    sessions.connections.add(connection);
    response.once('close', () => {
      leaveWheel();
      open.delete(connection);
      sessions.connections.delete(connection);
      Promise.resolve(subscription.frames.return?.()).catch(() => {});
    });

    try {
      for await (const frame of subscription.frames) {
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
      if (!response.writableEnded) response.end('event: complete\ndata:\n\n');
    } catch (error) {
      const errors = JSON.stringify({ errors: toClientErrors(error, maskError) });
      if (!response.writableEnded) response.end(`event: next\ndata: ${errors}\n\nevent: complete\ndata:\n\n`);
    }
  }
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': `${eventStream}; charset=utf-8`,
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

const acceptsEvents = ({ headers }: IncomingMessage): boolean => headers.accept?.includes(eventStream) ?? false;

function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
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
