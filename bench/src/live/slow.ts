import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../figures.ts';
import { operationOf, startCrowd, topicsOf, type Crowd, type CrowdOptions } from './crowd.ts';
import { openLoad } from './load.ts';
import { startMeasuredServer } from './measured-server.ts';
import type { ServerMode, Usage } from './server.ts';
import { watch, type Watched } from './watch.ts';

export interface SlowOptions {
  readonly sockets: number;
  readonly perSocket: number;
  readonly seconds: number;
}

/** What became of the crowds that stopped reading. */
interface Stopped {
  crowds: number;
  cutOff: number;
  readonly closed: Map<string, number>;
  readonly errors: Map<string, number>;
  mostRss: number;
  mostFrames: number;
  mostBytes: number;
}

interface Figures {
  readonly before: Watched;
  readonly during: Watched;
  /** Once the crowds are gone. */
  readonly after: Usage;
  readonly stopped: Stopped;
}

const servers = [
  ['gateway', 'the gateway'],
  ['naive', 'each subscriber alone'],
] as const;
const warmUpMs = 11_000;
const beforeSeconds = 12;
const moveEveryMs = 1_000;
const recordEveryMs = 50;
/** A server that takes more is stopped before the machine runs out of it. */
const mostBytes = 3 * 1_024 ** 3;

/**
 * Clients that stop reading beside others that read on: what each server keeps for them, and what the others notice. First
 * as they come, where silence is cut off and the next crowd stops; then with one crowd that is silent all the time.
 */
export async function benchSlowReaders(options: SlowOptions, say: (line: string) => void): Promise<void> {
  const { sockets, perSocket, seconds } = options;
  const { topics, records } = topicsOf(sockets * perSocket);
  const perSecond = (topics * 1_000) / moveEveryMs + (records * 1_000) / recordEveryMs;
  say(
    `${cpus().length} cores, Node ${process.version}: ${sockets} sockets with ${perSocket} subscriptions each stop reading for ${seconds} s; ${readersBeside(sockets)} read on; ${perSecond} events/s`,
  );
  for (const isPatient of [false, true]) {
    say(isPatient ? '\nnobody is cut off for silence' : '\nothers stop in place of those that are cut off');
    say('memory in MB: while all read | at each tenth of the time in which some have stopped | once those are gone');
    for (const [mode, name] of servers) {
      const figures = await run(mode, isPatient, options);
      say(linesOf(name, figures));
      // Crowds that come and go make a saw of it.
      if (isPatient)
        say(`  slope      ${(slopeOf(figures.during) / 1_048_576).toFixed(1)} MB a minute in the second half`);
    }
  }
}

const readersBeside = (sockets: number): number => Math.ceil(sockets / 2);

async function run(
  mode: ServerMode,
  isPatient: boolean,
  { sockets, perSocket, seconds }: SlowOptions,
): Promise<Figures> {
  const { topics, records } = topicsOf(sockets * perSocket);
  const readers = readersBeside(sockets);
  const server = await startMeasuredServer({
    mode,
    sockets: readers + sockets,
    topics,
    everyMs: moveEveryMs,
    records: { topics: records, everyMs: recordEveryMs },
    isPatient,
  });
  try {
    const { url, tokens } = server.started;
    const load = await openLoad({
      url,
      tokens,
      sockets: readers,
      perSocket,
      operationOf: (n) => operationOf(n, sockets * perSocket),
    });
    const where = { url, tokens: tokens.slice(readers), sockets, perSocket };
    const crowd = await startCrowd(where);
    await server.ask('begin');
    await pause(warmUpMs);
    const before = await watch(server, load, { seconds: beforeSeconds, parts: 3 });

    const enough = new AbortController();
    const watching = watch(server, load, { seconds, parts: 10, signal: enough.signal });
    const look = async (stopped: Stopped): Promise<number> => {
      const { rss, waiting, sockets: open } = await server.ask('look');
      stopped.mostRss = Math.max(stopped.mostRss, rss);
      stopped.mostFrames = Math.max(stopped.mostFrames, waiting.frames);
      stopped.mostBytes = Math.max(stopped.mostBytes, waiting.bytes);
      if (rss > mostBytes) enough.abort();
      return open - readers;
    };
    const [during, stopped] = await Promise.all([watching, stopCrowds(crowd, where, look, watching)]);
    const after = await server.ask('usage');
    load.close();
    return { before, during, after, stopped };
  } finally {
    server.stop();
  }
}

/** Stops a crowd, and the next one whenever all of it are cut off, until `over`. */
async function stopCrowds(
  first: Crowd,
  where: CrowdOptions,
  look: (stopped: Stopped) => Promise<number>,
  over: Promise<unknown>,
): Promise<Stopped> {
  const stopped: Stopped = {
    crowds: 0,
    cutOff: 0,
    closed: new Map(),
    errors: new Map(),
    mostRss: 0,
    mostFrames: 0,
    mostBytes: 0,
  };
  let isOver = false;
  const noted = over.then(() => (isOver = true));
  for (let crowd = first; ; crowd = await startCrowd(where)) {
    crowd.stopReading();
    stopped.crowds++;
    let open = where.sockets;
    while (open > 0 && !isOver) {
      await Promise.race([pause(500), noted]);
      open = await look(stopped);
    }
    stopped.cutOff += where.sockets - open;
    const { closed, errors } = await crowd.ends();
    add(stopped.closed, closed);
    add(stopped.errors, errors);
    if (isOver) return stopped;
  }
}

function add(to: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [code, count] of Object.entries(counts)) to.set(code, (to.get(code) ?? 0) + count);
}

const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);

function linesOf(name: string, { before, during, after, stopped }: Figures): string {
  const row = (read: (usage: Usage) => number): string =>
    [before.samples, during.samples, [after]]
      .map((samples) => samples.map((sample) => megabytes(read(sample))).join(' '))
      .join(' | ');
  const list = (counts: Iterable<[string, number]>): string =>
    [...counts].map(([code, count]) => `${count} with ${code}`).join(', ') || 'none';
  const conflated = (during.samples.at(-1)?.conflated ?? 0) - (before.samples.at(-1)?.conflated ?? 0);
  const p99 = ({ ages }: Watched): string => `${quantile(ages, 0.99).toFixed(1)} ms`;
  return [
    name,
    `  in use     ${row(({ bytes }) => bytes)}`,
    `  RSS        ${row(({ rss }) => rss)}   at most ${megabytes(stopped.mostRss)}`,
    `  waiting    at most ${stopped.mostFrames} events and ${megabytes(stopped.mostBytes)} MB; ${conflated} conflated`,
    `  cut off    ${stopped.cutOff} sockets of ${stopped.crowds} crowds; clients saw sockets closed: ${list(stopped.closed)}; subscriptions ended: ${list(stopped.errors)}`,
    `  reasons    ${list(Object.entries(after.ends))}`,
    `  who reads  p99 ${p99(before)} while all read, ${p99(during)} while some have stopped`,
    ...(during.wasEnough ? ['  stopped early, because it took too much memory'] : []),
  ].join('\n');
}

/**
 * By how many bytes a minute what is in use grows: the straight line with the least squares, once the kernel has taken for
 * the stopped what it takes.
 */
function slopeOf(watched: Watched): number {
  const samples = watched.samples.slice(Math.floor(watched.samples.length / 2));
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const minutes = samples.map(({ atMs }) => atMs / 60_000);
  const [x, y] = [mean(minutes), mean(samples.map(({ bytes }) => bytes))];
  const spread = mean(minutes.map((minute) => (minute - x) ** 2));
  return mean(samples.map(({ bytes }, at) => ((minutes[at] ?? x) - x) * (bytes - y))) / spread;
}
