import { createServer } from 'node:net';

/** Refuses a port that somebody else listens on, with what to do about it. */
export async function assertPortFree(port: number, hostname: string | null): Promise<void> {
  const probe = createServer();
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, hostname ?? '127.0.0.1', () => resolve(null));
  });
  if (!failure) return void (await new Promise((resolve) => probe.close(resolve)));
  const sentences: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program. Stop that program, or choose another port: PORT=${port + 1} npm start`,
    EACCES: `Port ${port} may not be opened by this user. Choose one above 1023, for example: PORT=4000 npm start`,
    EADDRNOTAVAIL: `${hostname} is no address of this machine. Set HOST to one that is, or leave it out.`,
  };
  throw new Error(sentences[failure.code ?? ''] ?? `Port ${port} cannot be opened: ${failure.message}`, {
    cause: failure,
  });
}
