// One of the two servers of the live bench, in a process of its own: told what to do by messages of its parent.
import { startGatewayServer } from './gateway-server.ts';
import { aMovingWorld } from './moving-world.ts';
import { startNaiveServer } from './naive-server.ts';

export type ServerMode = 'gateway' | 'naive';
export interface Started {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly bytes: number;
}
/** What the server used since the last time it was asked. */
export interface Usage {
  readonly cpuMs: number;
  readonly bytes: number;
  readonly hydrations: number;
  readonly cohorts: number;
}

const [mode, sockets, topics] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
/** Bytes that are in use, without what the collector has not handed back to the system yet. */
function inUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
const everyMs = 5_000;
const tickMs = 10;

const world = aMovingWorld();
const server = await (mode === 'naive'
  ? startNaiveServer(world).then((naive) => ({ ...naive, tokens: [], cohorts: () => 0 }))
  : startGatewayServer(world, sockets));
process.send?.({ url: server.url, tokens: server.tokens, bytes: inUse() } satisfies Started);

let since = process.cpuUsage();
let hydrations = 0;
process.on('message', (message) => {
  if (message === 'begin') {
    // Events are spread evenly: each topic moves once in five seconds.
    const startedAt = performance.now();
    let next = 0;
    setInterval(() => {
      // A server that is behind gets what it missed at once, as a carrier would send it.
      for (const due = ((performance.now() - startedAt) * topics) / everyMs; next < due; next++)
        world.move(String(next % topics));
    }, tickMs);
  }
  const { user, system } = process.cpuUsage(since);
  const usage: Usage = {
    cpuMs: (user + system) / 1_000,
    bytes: inUse(),
    hydrations: server.hydrations() - hydrations,
    cohorts: server.cohorts(),
  };
  hydrations = server.hydrations();
  since = process.cpuUsage();
  process.send?.(usage);
});
process.on('disconnect', () => process.exit(0));
