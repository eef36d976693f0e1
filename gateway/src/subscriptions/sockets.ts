import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { Refusal } from '../errors.ts';
import { refuse, type GraphQLHttpAnswer } from '../http/graphql-endpoint.ts';
import { headersOf } from '../http/server.ts';
import { requestIdOf } from '../identity/authenticate.ts';
import type { Log } from '../log.ts';
import { createMessageHooks, type MessageParts } from './socket-messages.ts';
import { createSocketConnection, type SocketConnection } from './socket-connection.ts';
import type { LiveLimits } from './limits.ts';
import type { Quotas } from './quotas.ts';
import { beingReplaced } from './session.ts';
import type { Wheel } from './wheel.ts';

/** The graphql-ws side of the gateway: takes upgrades of the HTTP server. */
export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly open: ReadonlySet<SocketConnection>;
}

const protocol = 'graphql-transport-ws';

export function createSocketServer(
  parts: MessageParts & {
    liveLimits: LiveLimits;
    quotas: Quotas;
    wheel: Wheel;
    isStopping: () => boolean;
    isAllowedOrigin: (origin: string, host: string | undefined) => boolean;
    log: Log;
  },
): SocketServer {
  const { liveLimits, quotas, wheel, sessions, counters, isStopping, isAllowedOrigin, log } = parts;
  const open = new Set<SocketConnection>();
  const server = makeServer<Record<string, unknown>, SocketConnection>({
    connectionInitWaitTimeout: liveLimits.initWaitMs,
    ...createMessageHooks(parts),
  });
  const upgrades = new WebSocketServer({
    noServer: true,
    maxPayload: liveLimits.messageBytes,
    // With it a connection takes ten times the memory.
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (protocols) => (protocols.has(protocol) ? protocol : false),
  });

  const connected = (socket: WebSocket, address: string): void => {
    const connection = createSocketConnection({ socket, address, limits: liveLimits, counters });
    open.add(connection);
    sessions.connections.add(connection);
    const leaveWheel = wheel.add(connection.look);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: connection.send,
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => connection.onMessage(receive, log),
        onPing: (payload) => connection.onPing(payload, sessions),
      },
      connection,
    );
    socket.on('error', (error) => log.warn('socket failed', { reason: error.message.slice(0, 200) }));
    socket.once('close', (code, reason) => {
      leaveWheel();
      open.delete(connection);
      sessions.connections.delete(connection);
      connection.closed();
      closed(code, String(reason)).catch((cause: unknown) => log.error('socket not cleaned up', {}, cause));
    });
  };

  /** Throws a `Refusal`. */
  const admit = ({ url = '', headers: { origin, host } }: IncomingMessage, address: string): void => {
    if (url.split('?')[0] !== '/graphql')
      throw new Refusal('NOT_FOUND', 'No sockets are served here. Connect to /graphql.', { status: 404 });
    if (isStopping()) throw beingReplaced();
    if (origin !== undefined && !isAllowedOrigin(origin, host))
      throw new Refusal(
        'FORBIDDEN',
        'Pages of this site may not connect. Whoever runs the server lists those that may.',
        { status: 403 },
      );
    quotas.admitConnection(address);
  };

  return {
    open,
    upgrade(request, socket, head) {
      // Whoever hangs up while being turned away is turned away.
      socket.on('error', () => socket.destroy());
      const address = request.socket.remoteAddress ?? 'unknown';
      try {
        admit(request, address);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return turnAway(socket, refuse(error, requestIdOf(headersOf(request))));
      }
      upgrades.handleUpgrade(request, socket, head, (opened) => connected(opened, address));
    },
  };
}

/** Answers a request whose socket is not to become one: the HTTP server has let go of it. */
function turnAway(socket: Duplex, { status, headers, body }: GraphQLHttpAnswer): void {
  headers.set('connection', 'close');
  headers.set('content-length', String(Buffer.byteLength(body)));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...[...headers].map((header) => header.join(': ')),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
