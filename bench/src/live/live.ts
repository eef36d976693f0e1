import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLoad } from './load.ts';
import type { ServerMode, Started, Usage } from './server.ts';

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
      sockets: { type: 'string', default: '2000' },
      topics: { type: 'string', default: '2000' },
      subscriptions: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '20' },
    },
  });
  const [sockets, topics] = [Number(values.sockets), Number(values.topics)];
  const [perSocket, seconds] = [Number(values.subscriptions), Number(values.seconds)];
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
  const server = fork(join(import.meta.dirname, 'server.ts'), [mode, String(sockets), String(topics)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const told = async <Message>(): Promise<Message> => {
    const [message] = await once(server, 'message');
    return message;
  };
  const ask = async (what: string): Promise<Usage> => {
    const answer = told<Usage>();
    server.send(what);
    return answer;
  };
  try {
    const { url, tokens, bytes } = await told<Started>();
    const load = await openLoad({ url, tokens, sockets, topics, perSocket });
    await ask('begin');
    // Streams merge, and the compiler sees the path, before anything is measured.
    await pause(warmUpMs);
    await ask('usage');
    load.take();
    await pause(seconds * 1_000);
    const usage = await ask('usage');
    const ages = load.take().sort((one, other) => one - other);
    load.close();
    const quantile = (q: number): number => ages[Math.min(ages.length - 1, Math.floor(q * ages.length))] ?? 0;
    return {
      cpuPerDelivery: (usage.cpuMs * 1_000) / ages.length,
      coreShare: usage.cpuMs / (seconds * 1_000),
      p50: quantile(0.5),
      p99: quantile(0.99),
      perConnection: (usage.bytes - bytes) / sockets,
      hydrationsPerEvent: usage.hydrations / ((topics * seconds) / 5),
    };
  } finally {
    server.disconnect();
  }
}
