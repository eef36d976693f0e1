import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where a browser for tests comes from, or why there is none. */
export type ChromiumSource =
  | { readonly kind: 'binary'; readonly path: string }
  | { readonly kind: 'none'; readonly reason: string };

const installTimeoutMs = 240_000;

/**
 * Finds a Chromium: that of CHROMIUM_PATH, or one on this machine, or Debian's package, which root may install unless
 * ORDERGRAPH_NO_INSTALL is set.
 */
export function findChromium(): ChromiumSource {
  const given = process.env['CHROMIUM_PATH'];
  if (given) return { kind: 'binary', path: given };
  const path = findBinary() ?? (installBinary() ? findBinary() : undefined);
  if (path) return { kind: 'binary', path };
  const reason = 'no Chromium: install it (apt-get install chromium) or set CHROMIUM_PATH to run these tests';
  return { kind: 'none', reason };
}

function findBinary(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin'];
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

function installBinary(): boolean {
  if (process.env['ORDERGRAPH_NO_INSTALL'] || process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    return false;
  const apt = (...args: readonly string[]): boolean =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      stdio: 'ignore',
      timeout: installTimeoutMs,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  const install = (): boolean => apt('install', '-y', '--no-install-recommends', 'chromium');
  // A machine whose lists of packages are old, or not there at all, gets new ones and tries once more.
  return install() || (apt('update') && install());
}
