import { once } from 'node:events';
import type { Server } from 'node:http';

/** Starts listening; a port that is taken gets a sentence that says what to do. */
export async function startListening(server: Server, port: number, host: string): Promise<{ url: string }> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(sentenceFor(cause, port), { cause });
  }
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${actualPort}` };
}

function sentenceFor(cause: unknown, port: number): string {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Stop that program, or choose another port: PORT=${port + 1}.`;
  if (code === 'EACCES')
    return `Port ${port} may not be opened by this user. Choose a port above 1023, for example PORT=4000.`;
  return `The gateway cannot listen on port ${port}.`;
}

/** Lets requests under way finish, for a while, then closes what is left. */
export async function stopListening(server: Server, drainMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}
