import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode, type FormattedExecutionResult } from 'graphql';
import { Refusal } from '../errors.ts';
import { readGraphQLRequest } from '../http/graphql-request.ts';
import type { GraphQLHttpAnswer, GraphQLHttpRequest } from '../http/graphql-endpoint.ts';
import type { Step } from '../http/server.ts';
import type { Log } from '../log.ts';
import type { Admission, AdmittedOperation } from './admission.ts';
import { toClientErrors, type MaskError } from './client-errors.ts';
import { begin, createEventStream, eventStreamType } from './event-stream.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveCounters } from './metrics.ts';
import type { Quotas } from './quotas.ts';
import { beingReplaced, type Connection, type Sessions } from './session.ts';
import type { Wheel } from './wheel.ts';

/** Event streams by the protocol graphql-sse, one operation each, with cursors as event ids. */
export interface EventStreams {
  /** Answers requests to `/graphql` and `/graphql/stream` that accept an event stream. */
  readonly step: Step;
  readonly open: ReadonlySet<Connection>;
}

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
    if (parts.isStopping()) throw beingReplaced();

    // A stream that breaks says so by its end; nobody is told of bytes that came too late for it.
    response.on('error', () => {});
    const request = await readRequest(incoming, response);
    quotas.admitConnection(request.address);
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
    const { viewer } = session;
    const release = quotas.hold(viewer, request.address, 'stream');
    // Whoever hung up while the token was looked at has said so already, and says it once.
    if (response.destroyed) return release();
    const stream = createEventStream({ response, session, limits: liveLimits, counters, maskError });
    // From here on it expires, is revoked and drained, though the owning subgraph may not have let it in yet.
    const leaveWheel = wheel.add(stream.look);
    open.add(stream);
    sessions.connections.add(stream);
    response.once('close', () => {
      release();
      leaveWheel();
      open.delete(stream);
      sessions.connections.delete(stream);
    });
    try {
      const { address } = request;
      const where = after === undefined ? {} : { after };
      await stream.send(await admission.subscribe(admitted, { viewer, address, transport: 'graphql-sse', ...where }));
    } catch (error) {
      if (response.destroyed || response.writableEnded) return;
      if (error instanceof Refusal || response.headersSent) throw error;
      const body = JSON.stringify({ errors: toClientErrors(error, maskError) });
      response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' }).end(body);
    }
  }
}

const acceptsEvents = ({ headers }: IncomingMessage): boolean => headers.accept?.includes(eventStreamType) ?? false;

function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}
