import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@ordergraph/testing';

/** `npm start` as a process of its own, without what surrounds the tests in the environment. */
export interface HostProcess {
  readonly pid: number;
  /** All that it has written so far. */
  output(): string;
  /** Resolves when the welcome screen, or the given text, is there. */
  says(text?: string): Promise<void>;
  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
  signal(signal: NodeJS.Signals): void;
}

const programs = join(import.meta.dirname, '..', 'src');
const startedBySays = 'Ctrl-C stops it';

/** Starts it, or another of the host's programs, with the given variables and arguments. */
export function startHost(
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  program = 'main.ts',
): HostProcess {
  const child: ChildProcess = spawn(process.execPath, [join(programs, program), ...args], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async says(text = startedBySays) {
      await waitFor(
        () => {
          if (output.includes(text)) return true;
          if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`);
          return false;
        },
        { timeoutMs: 60_000, describe: () => `"${text}" from the host, which said:\n${output}` },
      );
    },
    ended: () => ended,
    signal: (signal) => void child.kill(signal),
  };
}

/** A directory for state, which the unprivileged user can pass through as a home directory's owner would let it. */
export function newStateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ordergraph-state-'));
  chmodSync(directory, 0o711);
  return directory;
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('A listening socket has a port.');
  return address.port;
}
