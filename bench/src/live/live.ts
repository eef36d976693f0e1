import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { quantile } from '../figures.ts';
import { openLoad, type Operation } from './load.ts';
import { startMeasuredServer } from './measured-server.ts';
import { document } from './moving-world.ts';
import type { ServerMode } from './server.ts';
import { benchSlowReaders } from './slow.ts';

const warmUpMs = 11_000;

interface Figures {
  readonly cpuPerDelivery: number;
  readonly coreShare: number;
  readonly p50: number;
  readonly p99: number;
  readonly perConnection: number;
  readonly hydrationsPerEvent: number;
}

/** Sockets that follow moving shipments, through the gateway and the naive way, each server in a process of its own. */
export async function benchLive(args: readonly string[], say: (line: string) => void): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sockets: { type: 'string' },
      topics: { type: 'string', default: '2000' },
      subscriptions: { type: 'string', default: '5' },
      seconds: { type: 'string' },
      slow: { type: 'boolean', default: false },
    },
  });
  const perSocket = Number(values.subscriptions);
  if (values.slow)
    return benchSlowReaders(
      {
        sockets: Number(values.sockets ?? 200),
        perSocket,
        seconds: Number(values.seconds ?? 60),
      },
      say,
    );
  const [sockets, topics] = [Number(values.sockets ?? 2_000), Number(values.topics)];
  const seconds = Number(values.seconds ?? 20);
  say(
    `${cpus().length} cores, Node ${process.version}: ${sockets} sockets with ${perSocket} subscriptions each on ${topics} shipments, each of which moves every 5 s`,
  );
  const run = (mode: ServerMode): Promise<Figures> => runOnce(mode, { sockets, topics, perSocket, seconds });
  const gateway = await run('gateway');
  say(show('the gateway', gateway));
  const naive = await run('naive');
  say(show('each subscriber alone', naive));
  say(
    `the gateway takes ${(gateway.cpuPerDelivery / naive.cpuPerDelivery).toFixed(2)} of the CPU, p99 ${(gateway.p99 / naive.p99).toFixed(2)} of the time`,
  );
}

const show = (name: string, figures: Figures): string =>
  `${name.padEnd(22)} ${figures.cpuPerDelivery.toFixed(0).padStart(5)} µs CPU a delivery (${(figures.coreShare * 100).toFixed(0)} % of a core)   p50 ${figures.p50.toFixed(1)} ms   p99 ${figures.p99.toFixed(1)} ms   ${(figures.perConnection / 1_024).toFixed(1)} KiB a connection   ${figures.hydrationsPerEvent.toFixed(2)} hydrations an event`;

async function runOnce(
  mode: ServerMode,
  options: { sockets: number; topics: number; perSocket: number; seconds: number },
): Promise<Figures> {
  const { sockets, topics, perSocket, seconds } = options;
  const server = await startMeasuredServer({
    mode,
    sockets,
    topics,
    everyMs: 5_000,
    records: { topics: 0, everyMs: 5_000 },
    isPatient: false,
  });
  try {
    const { url, tokens, bytes } = server.started;
    const operationOf = (n: number): Operation => ({ query: document, id: String(n % topics) });
    const load = await openLoad({ url, tokens, sockets, perSocket, operationOf });
    await server.ask('begin');
    // Streams merge, and the compiler sees the path, before anything is measured.
    await pause(warmUpMs);
    await server.ask('usage');
    load.take();
    await pause(seconds * 1_000);
    const usage = await server.ask('usage');
    const ages = load.take();
    load.close();
    return {
      cpuPerDelivery: (usage.cpuMs * 1_000) / ages.length,
      coreShare: usage.cpuMs / (seconds * 1_000),
      p50: quantile(ages, 0.5),
      p99: quantile(ages, 0.99),
      perConnection: (usage.bytes - bytes) / sockets,
      hydrationsPerEvent: usage.hydrations / ((topics * seconds) / 5),
    };
  } finally {
    server.stop();
  }
}
