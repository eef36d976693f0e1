import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { stopServer } from '../src/leftover-server.ts';

export interface Scratch extends AsyncDisposable {
  path: string;
}

/** A folder that is gone after the test. */
export function scratchFolder(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'og-embedded-'));
  chmodSync(path, 0o755);
  return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }) };
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {}); // servers are killed under it
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export function serverPid(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

export interface Owner extends AsyncDisposable {
  process: ChildProcess;
  says: { port: number; superuserUrl: string; data: string; uid?: number; refused?: string };
  kill(): Promise<void>;
  ended: Promise<unknown>;
}

const program = fileURLToPath(new URL('hold-postgres.ts', import.meta.url));

/** Another process that starts the database in the directory. */
export async function anOwner(
  dataDirectory: string,
  {
    ending = 'hold',
    durable = true,
    uid,
    script = program,
  }: { ending?: 'hold' | 'leave'; durable?: boolean; uid?: number; script?: string } = {},
): Promise<Owner> {
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [script, dataDirectory, ending, durable ? 'kept' : 'throw-away'], {
    ...ids,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout })
      .once('line', resolve)
      .once('close', () => reject(new Error('The owner said nothing.')));
  });
  const says = JSON.parse(line) as Owner['says']; // the program above writes it
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const killWithServer = async () => {
    await kill();
    if (says.data !== undefined && existsSync(join(says.data, 'postmaster.pid')))
      await stopServer(serverPid(says.data), says.data, '');
  };
  return { process: child, says, kill, ended, [Symbol.asyncDispose]: killWithServer };
}
