import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraphNames } from '@ordergraph/schema';
import { Client } from 'pg';
import { Pool } from 'undici';

/** Ordergraph as `npm start` runs it, in a state directory of its own, with a durable database. */
export interface Installation {
  readonly startMs: number;
  readonly databaseUrl: string;
  readonly token: (kind: string) => string;
  ask(token: string, query: string, variables: object): Promise<Answer>;
  /** Resident memory of the process, in bytes. */
  memory(): number;
  /** Resolves when every message was consumed. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

export interface Answer {
  // The bench reads what its own documents select.
  readonly data?: Record<string, Record<string, unknown>>;
  readonly errors?: readonly { readonly message: string }[];
}

interface SignedIn {
  readonly kind: string;
  readonly merchantId: string | null;
  readonly token: string;
}

const root = join(import.meta.dirname, '..', '..');
const port = 14_000 + (process.pid % 1_000);

/** A state directory that is removed with `rmSync` by whoever made it. */
export function makeStateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ordergraph-bench-'));
  // Started by root, PostgreSQL runs as somebody else, who must reach its data here.
  chmodSync(directory, 0o755);
  return directory;
}
export const removeStateDirectory = (directory: string): void => rmSync(directory, { recursive: true, force: true });

/** The superuser's URL of the embedded server, from the files that it keeps beside its data. */
function databaseUrlOf(stateDirectory: string): string {
  const folder = join(stateDirectory, 'postgres');
  const secrets: { superuserPassword: string } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'));
  const serverPort = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://og_super:${encodeURIComponent(secrets.superuserPassword)}@127.0.0.1:${serverPort}/ordergraph`;
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + 60_000;
  while (child.exitCode === null && performance.now() < until) {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  throw new Error(`Ordergraph was not ready after a minute, or ended before (exit code ${child.exitCode}).`);
}

/** Starts it and waits until it is ready. */
export async function startInstallation(stateDirectory: string, connections: number): Promise<Installation> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'host', 'src', 'main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      ORDERGRAPH_STATE_DIR: stateDirectory,
      PORT: String(port),
      APOLLO_TELEMETRY_DISABLED: 'true',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url);
  const startMs = performance.now() - startedAt;
  const signedIn = (await (await fetch(`${url}/sign-in/tokens.json`)).json()) as SignedIn[];
  const databaseUrl = databaseUrlOf(stateDirectory);
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  const pool = new Pool(url, { connections, pipelining: 1 });
  const pending = subgraphNames
    .map(
      (name) =>
        `(select count(*) from "${name}".outbox where published_at is null) + (select count(*) from "${name}".parked_event)`,
    )
    .join(' + ');

  return {
    startMs,
    databaseUrl,
    token: (kind) => {
      const user = signedIn.find((candidate) => candidate.kind === kind);
      if (!user)
        throw new Error(`The sign-in page has no ${kind}; it has ${signedIn.map((known) => known.kind).join(', ')}.`);
      return user.token;
    },
    async ask(token, query, variables) {
      const response = await pool.request({
        headersTimeout: 30_000,
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.body.json()) as Answer;
    },
    memory: () => residentBytes(child.pid ?? 0),
    async quiet() {
      for (;;) {
        const { rows } = await database.query<{ n: string }>(`select ${pending} as n`);
        if (rows[0]?.n === '0') return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async stop() {
      await pool.close();
      await database.end();
      child.kill('SIGTERM');
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}
