import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

const files = globSync(['**/*', '.*', '.ci/*'], {
  cwd: root,
  exclude: ['**/node_modules/**', '**/generated/**', '**/dist/**', '**/screenshots/**', '.git/**', '.ordergraph/**'],
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => statSync(join(root, path)).isFile());
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = files.filter((path) => path.endsWith('.md'));

/** The targets of a page's links, code left out. */
function linksIn(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`(?!\])/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
}

/** The anchors that a page's headings make. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Why a link of a page leads nowhere; null when it leads somewhere in this repository. */
function faultOf(page: string, link: string): string | null {
  if (/^(https?|mailto):/.test(link)) return null;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path)).replaceAll('\\', '/');
  if (target.startsWith('..') || link.startsWith('/')) return `${page}: ${link} leads out of the repository.`;
  if (!existsSync(join(root, target))) return `${page}: ${link} does not exist.`;
  if (anchor === undefined || anchorsIn(textOf(target)).includes(anchor)) return null;
  return `${page}: ${target} has no heading for #${anchor}.`;
}

test('every relative link of every page leads somewhere', () => {
  const links = pages.flatMap((page) => linksIn(textOf(page)).map((link) => ({ page, link })));

  expect(links.length).toBeGreaterThan(60);
  expect(links.map(({ page, link }) => faultOf(page, link)).filter(Boolean)).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  expect(faultOf('README.md', 'docs/missing.md')).toBe('README.md: docs/missing.md does not exist.');
  expect(faultOf('docs/architecture.md', '#missing')).toBe(
    'docs/architecture.md: docs/architecture.md has no heading for #missing.',
  );
  expect(faultOf('README.md', '../elsewhere')).toBe('README.md: ../elsewhere leads out of the repository.');
});

describe('what only one machine knows', () => {
  // Written in parts, so that this file does not hold what it looks for.
  const homes = ['/ro' + 'ot', '/ho' + 'me/[a-z]', '/Us' + 'ers/[A-Za-z]', '/wo' + 'rk/[a-z]', '[A-Z]:\\\\Us' + 'ers'];
  const registries = [
    'registry\\.np' + 'mjs\\.org',
    'registry\\.ya' + 'rnpkg\\.com',
    'https?://[^\\s/]*(art' + 'ifactory|nex' + 'us|verd' + 'accio)',
  ];
  const machinePath = new RegExp(`(^|[\\s"'\`(=])(${homes.join('|')})`, 'm');
  const registryHost = new RegExp(registries.join('|'));

  test.each([
    ['no file holds a path of a machine', machinePath],
    ['no file holds the host of a registry', registryHost],
  ])('%s', (_name, pattern) => {
    const found = files.flatMap((path) => {
      const [line] = textOf(path)
        .split('\n')
        .filter((text) => pattern.test(text));
      return line === undefined ? [] : [`${path}: ${line.trim().slice(0, 120)}`];
    });

    expect(files.length).toBeGreaterThan(300);
    expect(found).toEqual([]);
  });

  test('each would be found', () => {
    expect(machinePath.test(`see /ho${'me/anna'}/notes`)).toBe(true);
    expect(registryHost.test(`https://registry.np${'mjs.org'}/pg`)).toBe(true);
  });
});

describe('decisions', () => {
  const decisions = files.filter((path) => /^docs\/decisions\/\d{4}-.+\.md$/.test(path));
  const numberOf = (path: string): string => path.slice('docs/decisions/'.length).slice(0, 4);

  test('are numbered without a gap, and each number once', () => {
    expect(decisions.map(numberOf).sort()).toEqual(decisions.map((_path, index) => String(index + 1).padStart(4, '0')));
  });

  test.each(decisions)('%s has its sentence as title, two paragraphs and less than 200 words', (path) => {
    const [title = '', ...paragraphs] = textOf(path).trim().split('\n\n');
    const name = title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 ]/g, '')
      .replaceAll(' ', '-');

    expect(`docs/decisions/${name.replace(/^-+/, '')}.md`).toBe(path);
    expect(paragraphs).toHaveLength(2);
    expect(paragraphs.join(' ').split(/\s+/).length).toBeLessThan(200);
  });
});
