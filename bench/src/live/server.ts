// One of the two servers of the live bench, in a process of its own: told what to do by messages of its parent.
import { startGatewayServer } from './gateway-server.ts';
import { aMovingWorld } from './moving-world.ts';
import { startNaiveServer } from './naive-server.ts';
import type { Readings } from './readings.ts';

export type ServerMode = 'gateway' | 'naive';

/** What a server is asked to be, and how its world moves. */
export interface ServerOptions {
  readonly mode: ServerMode;
  readonly sockets: number;
  /** Whose names are numbers from 0. */
  readonly topics: number;
  /** How often each of them moves. */
  readonly everyMs: number;
  /** Topics of which nothing may be left out, `r0` and so on: busier ones. */
  readonly records: { readonly topics: number; readonly everyMs: number };
  /** Cuts off nobody for its silence. */
  readonly isPatient: boolean;
}

export interface Started {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly bytes: number;
}

/** What the server used since the last time it was asked, and how it stands. */
export interface Usage extends Readings {
  readonly cpuMs: number;
  /** In use: after a collection where one was asked for. */
  readonly bytes: number;
  readonly rss: number;
}

/** `look` disturbs nothing and resets nothing; the others collect garbage first. */
export type Question = 'begin' | 'usage' | 'look';

// Written by `startMeasuredServer`.
const options = JSON.parse(process.argv[2] ?? '') as ServerOptions;
const { mode, sockets, topics, everyMs, records, isPatient } = options;
const tickMs = 10;

/** Bytes that are in use, without what the collector has not handed back to the system yet. */
function inUse(collects: boolean): number {
  if (collects) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Events are spread evenly: each topic moves once in `eachMs`. */
function moveEvenly(count: number, eachMs: number, nameOf: (at: number) => string): void {
  const startedAt = performance.now();
  let next = 0;
  setInterval(() => {
    // A server that is behind gets what it missed at once, as a carrier would send it.
    for (const due = ((performance.now() - startedAt) * count) / eachMs; next < due; next++)
      world.move(nameOf(next % count));
  }, tickMs);
}

const world = aMovingWorld();
const server = await (mode === 'naive'
  ? startNaiveServer(world, isPatient)
  : startGatewayServer(world, sockets, isPatient));
process.send?.({ url: server.url, tokens: server.tokens, bytes: inUse(true) } satisfies Started);

let since = process.cpuUsage();
let hydrations = 0;
process.on('message', (question: Question) => {
  if (question === 'begin') {
    moveEvenly(topics, everyMs, String);
    moveEvenly(records.topics, records.everyMs, (at) => `r${at}`);
  }
  const { user, system } = process.cpuUsage(since);
  const readings = server.readings();
  const usage: Usage = {
    ...readings,
    hydrations: readings.hydrations - hydrations,
    cpuMs: (user + system) / 1_000,
    bytes: inUse(question !== 'look'),
    rss: process.memoryUsage.rss(),
  };
  if (question !== 'look') {
    hydrations = readings.hydrations;
    since = process.cpuUsage();
  }
  process.send?.(usage);
});
process.on('disconnect', () => process.exit(0));
