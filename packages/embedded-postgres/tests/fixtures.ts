import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

export interface Scratch extends AsyncDisposable {
  path: string;
}

/** A folder that is gone after the test, with whatever a database put elsewhere for it. */
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
  { ending = 'hold', uid, script = program }: { ending?: 'hold' | 'leave'; uid?: number; script?: string } = {},
): Promise<Owner> {
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [script, dataDirectory, ending], { ...ids, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve).once('close', () => reject(new Error('The owner said nothing.')));
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { process: child, says: JSON.parse(line) as Owner['says'], kill, ended, [Symbol.asyncDispose]: kill }; // the program above writes it
}
