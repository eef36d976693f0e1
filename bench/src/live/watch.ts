import { setTimeout as pause } from 'node:timers/promises';
import type { Load } from './load.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { Usage } from './server.ts';

/** How a server did over some time, and how old the messages of those who read were, in milliseconds. */
export interface Watched {
  readonly samples: readonly (Usage & { readonly atMs: number })[];
  readonly ages: readonly number[];
  /** Whether it was told to end early. */
  readonly wasEnough: boolean;
}

/** A collection of garbage stops the server; what comes late because of it is not counted. */
const settleMs = 700;

/** Asks a server at the end of each part of the time. */
export async function watch(
  server: MeasuredServer,
  load: Load,
  { seconds, parts, signal }: { seconds: number; parts: number; signal?: AbortSignal },
): Promise<Watched> {
  const startedAt = performance.now();
  const samples: Watched['samples'][number][] = [];
  let ages: number[] = [];
  load.take();
  for (let part = 1; part <= parts && !signal?.aborted; part++) {
    const dueMs = (part * seconds * 1_000) / parts;
    while (performance.now() - startedAt < dueMs && !signal?.aborted) await pause(100);
    ages = ages.concat(load.take());
    samples.push({ ...(await server.ask('usage')), atMs: performance.now() - startedAt });
    await pause(settleMs);
    load.take();
  }
  return { samples, ages, wasEnough: signal?.aborted ?? false };
}
