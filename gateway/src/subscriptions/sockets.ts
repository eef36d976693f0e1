import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Log } from '../log.ts';
import { createMessageHooks, type MessageParts } from './socket-messages.ts';
import { createSocketConnection, type SocketConnection } from './socket-connection.ts';
import type { LiveLimits } from './limits.ts';
import type { Quotas } from './quotas.ts';
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

  return {
    open,
    upgrade(request, socket, head) {
      // Whoever hangs up while being turned away is turned away.
      socket.on('error', () => socket.destroy());
      const address = request.socket.remoteAddress ?? 'unknown';
      const { origin, host } = request.headers;
      if ((request.url ?? '').split('?')[0] !== '/graphql') return turnAway(socket, '404 Not Found');
      if (isStopping()) return turnAway(socket, '503 Service Unavailable');
      if (origin !== undefined && !isAllowedOrigin(origin, host)) return turnAway(socket, '403 Forbidden');
      if (!quotas.admitsConnection(address)) return turnAway(socket, '429 Too Many Requests', 'Retry-After: 1\r\n');
      upgrades.handleUpgrade(request, socket, head, (opened) => connected(opened, address));
    },
  };
}

function turnAway(socket: Duplex, status: string, headers = ''): void {
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
