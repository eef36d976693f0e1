// One of the two servers of the live bench, in a process of its own: told what to do by messages of its parent.
import { startGatewayServer } from './gateway-server.ts';
import { aMovingWorld } from './moving-world.ts';
import { startNaiveServer } from './naive-server.ts';

export type ServerMode = 'gateway' | 'naive';
export interface Started {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly rss: number;
}
/** What the server used since the last time it was asked. */
export interface Usage {
  readonly cpuMs: number;
  readonly rss: number;
  readonly hydrations: number;
  readonly cohorts: number;
}

const [mode, sockets, topics] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const everyMs = 5_000;
const tickMs = 10;

const world = aMovingWorld();
const server = await (mode === 'naive'
  ? startNaiveServer(world).then((naive) => ({ ...naive, tokens: [], cohorts: () => 0 }))
  : startGatewayServer(world, sockets));
globalThis.gc?.();
process.send?.({ url: server.url, tokens: server.tokens, rss: process.memoryUsage().rss } satisfies Started);

let since = process.cpuUsage();
let hydrations = 0;
process.on('message', (message) => {
  if (message === 'begin') {
    // Events are spread evenly: each topic moves once in five seconds.
    let due = 0;
    let next = 0;
    setInterval(() => {
      for (due += (topics * tickMs) / everyMs; due >= 1; due--) world.move(String(next++ % topics));
    }, tickMs);
  }
  const { user, system } = process.cpuUsage(since);
  since = process.cpuUsage();
  const usage: Usage = {
    cpuMs: (user + system) / 1_000,
    rss: process.memoryUsage().rss,
    hydrations: server.hydrations() - hydrations,
    cohorts: server.cohorts(),
  };
  hydrations = server.hydrations();
  process.send?.(usage);
});
process.on('disconnect', () => process.exit(0));
