import { createServer } from 'node:net';

/** From 32768 on, the system hands ports to outgoing connections at random. */
const firstEphemeralPort = 32768;
export const defaultPort = 15432;

export async function firstFreePort(from: number): Promise<number> {
  for (let port = from; port < firstEphemeralPort; port += 1) {
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port for PostgreSQL on 127.0.0.1 from ${from} to ${firstEphemeralPort - 1}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
