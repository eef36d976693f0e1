import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The superuser's URL of the server that runs on a state directory, by the files that lie there. */
export function findServer(stateDirectory: string): string {
  const folder = join(stateDirectory, 'postgres');
  const secretsFile = join(folder, 'secrets.json');
  if (!existsSync(secretsFile)) {
    throw new Error(
      `There is no database in ${stateDirectory}. Run npm start first, or name one: npm run verify -- --database-url postgres://…`,
    );
  }
  const secrets: unknown = JSON.parse(readFileSync(secretsFile, 'utf8'));
  const password =
    typeof secrets === 'object' && secrets !== null && 'superuserPassword' in secrets
      ? String(secrets.superuserPassword)
      : '';
  const port = portOf(folder);
  if (port === null) {
    throw new Error(
      `The database in ${stateDirectory} does not run. Start it with npm start, and verify while it runs.`,
    );
  }
  return `postgres://og_super:${encodeURIComponent(password)}@127.0.0.1:${port}/ordergraph`;
}

/** What PostgreSQL writes beside its data while it runs: its process on the first line, its port on the fourth. */
function portOf(folder: string): number | null {
  const note = join(folder, 'data-location');
  const data = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(folder, 'data');
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  return isAlive(Number(lines[0])) ? Number(lines[3]) : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
