import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout : undefined;
}

/**
 * The commit whose contracts a change is measured against: where this branch left the main branch or, on the main
 * branch itself, the last commit. Undefined before the first commit and outside of git.
 */
export function contractBase(): string | undefined {
  return (git('merge-base', 'HEAD', 'origin/main') ?? git('rev-parse', 'HEAD'))?.trim();
}

/** A file as it was at a commit. Undefined when it did not exist. */
export function committedText(commit: string, path: string): string | undefined {
  return git('show', `${commit}:${path}`);
}
