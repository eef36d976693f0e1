import { waitFor } from '@ordergraph/testing';
import { startHost, type HostProcess } from './host-process.ts';

/** What a process is told by its environment. */
export type PartVariables = Readonly<Record<string, string>>;

/** The processes of an installation, each under the name of its part. */
export interface RunningParts {
  start(name: string, more?: PartVariables): void;
  isRunning(name: string): boolean;
  /** Asks it. */
  isReady(name: string): Promise<boolean>;
  /** Kills it as a crash would, where it runs. */
  kill(name: string): Promise<void>;
  /** Waits for it to end by itself; answers its exit code, or the signal that ended it. */
  death(name: string, timeoutMs: number): Promise<number | NodeJS.Signals>;
  /**
   * Resolves when each says that it is ready, or was killed meanwhile. Rejects, with what it said, when one has ended by
   * itself or is not ready in time.
   */
  areReady(): Promise<void>;
  /** The last that each has written, for the message of a failure. */
  output(): string;
  /** Stops all of them in order. */
  stop(): Promise<void>;
}

interface Part {
  readonly process: HostProcess;
  /** Its exit code, or the signal that ended it; null while it runs. */
  end: number | NodeJS.Signals | null;
}

const readyMs = 90_000;
const stopMs = 20_000;

/** Whether whoever is there says that it is ready. */
export async function isReadyAt(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

/** Runs parts of which the variables are given; `PORT` says where each serves its state. None is started yet. */
export function runParts(parts: ReadonlyMap<string, PartVariables>): RunningParts {
  const started = new Map<string, Part>();
  const output = (): string =>
    [...started].map(([name, part]) => `${name}: ${part.process.output().slice(-2_000)}`).join('\n');

  const isReady = (name: string): Promise<boolean> => isReadyAt(`http://127.0.0.1:${parts.get(name)?.['PORT']}`);

  async function becomesReady(name: string): Promise<void> {
    const part = started.get(name);
    const ready = waitFor(() => started.get(name)?.end === 'SIGKILL' || isReady(name), {
      timeoutMs: readyMs,
      describe: () => `${name} to be ready. ${output()}`,
    });
    const failed = part?.process.ended().then((end) => {
      // Killed is killed on purpose; the wait has seen it as well.
      if (end === 'SIGKILL') return;
      throw new Error(`${name} ended with ${end}: ${part.process.output()}`);
    });
    ready.catch(() => undefined);
    failed?.catch(() => undefined);
    await Promise.race([ready, failed]);
  }

  return {
    start(name, more = {}) {
      const part: Part = { process: startHost({ ...parts.get(name), ...more }), end: null };
      started.set(name, part);
      void part.process.ended().then((end) => (part.end = end));
    },
    isReady,
    isRunning: (name) => started.get(name)?.end === null,
    async kill(name) {
      const part = started.get(name);
      if (!part || part.end !== null) return;
      part.process.signal('SIGKILL');
      await part.process.ended();
    },
    async death(name, timeoutMs) {
      const describe = (): string => `${name} to die. ${output()}`;
      return waitFor(() => started.get(name)?.end, { timeoutMs, describe });
    },
    async areReady() {
      await Promise.all([...parts.keys()].map(becomesReady));
    },
    output,
    async stop() {
      const all = [...started.values()].filter(({ end }) => end === null);
      for (const { process } of all) process.signal('SIGTERM');
      const slow = setTimeout(() => {
        for (const { process } of all) process.signal('SIGKILL');
      }, stopMs);
      await Promise.all(all.map(({ process }) => process.ended()));
      clearTimeout(slow);
    },
  };
}
