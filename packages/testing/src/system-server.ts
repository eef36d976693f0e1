import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect as openSocket, createServer } from 'node:net';
import { join } from 'node:path';

const installTimeoutMs = 60_000;
const firstEphemeralPort = 32_768;

/**
 * Finds a server program on this machine, or in Debian's package, which root may install unless ORDERGRAPH_NO_INSTALL
 * is set.
 */
export function findProgram(name: string, debianPackage: string): string | undefined {
  return findBinary(name) ?? (installPackage(debianPackage) ? findBinary(name) : undefined);
}

function findBinary(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function installPackage(name: string): boolean {
  if (process.env['ORDERGRAPH_NO_INSTALL'] || process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    return false;
  // Several test files may get here at once; apt waits for the other's lock, and then finds the work done.
  const { status } = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60', name],
    { stdio: 'ignore', timeout: installTimeoutMs, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
  );
  return status === 0;
}

/** A port that nobody listens on, from `first` on and outside the range that outgoing connections take theirs from. */
export async function freePort(first: number): Promise<number> {
  const [port] = await freePorts(1, first);
  // It found one, or threw.
  return port as number;
}

const firstOfParts = 16_222;

/**
 * Ports that nobody listens on, as `freePort` finds one: a process that is killed can come back to its port, because no
 * connection of another has taken it meanwhile.
 */
export async function freePorts(count: number, first = firstOfParts): Promise<number[]> {
  // Test files start side by side: each begins somewhere else, so that they seldom want the same port.
  const start = first + (process.pid % 500) * 20;
  const found: number[] = [];
  for (let port = start; port < firstEphemeralPort && found.length < count; port += 1) {
    if (await isFree(port)) found.push(port);
  }
  if (found.length < count) throw new Error(`Too few free ports from ${start} to ${firstEphemeralPort - 1}.`);
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Whether somebody listens on the port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
