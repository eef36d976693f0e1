import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A module of the workspace. */
export interface SourceFile {
  /** Path inside the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A package of the workspace, with what it may be imported by and what it says it needs. */
export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: readonly string[];
}

/** One import of a module, type-only ones included. */
export interface SourceImport {
  readonly specifier: string;
  /** The module of the workspace that it names, if it does. */
  readonly target: string | undefined;
  readonly isResolved: boolean;
  readonly isTypeOnly: boolean;
}

/** Where the system's own code lies. */
export const sourceGlobs = [
  '{schema,gateway,host,bench,verify}/{src,tests}/**/*.{ts,mts}',
  '{packages,subgraphs}/*/{src,tests}/**/*.{ts,mts}',
  'storefront/{src,tests}/**/*.{ts,tsx}',
  'storefront/*.ts',
  'scripts/**/*.{ts,mjs}',
  '*.ts',
];

/** Every module of the workspace that people write. */
export function sourceFiles(): SourceFile[] {
  const paths = globSync(sourceGlobs, { cwd: root, exclude: ['**/node_modules/**', '**/generated/**'] });
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Every package of the workspace, the root included. */
export function workspacePackages(): WorkspacePackage[] {
  const manifests = globSync(
    [
      'package.json',
      '{schema,gateway,host,storefront,bench,verify}/package.json',
      '{packages,subgraphs}/*/package.json',
    ],
    { cwd: root },
  );
  return manifests.map((path) => {
    // A package manifest is written by us and read by pnpm, which refuses other shapes.
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      name: string;
      exports?: Record<string, string>;
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    return {
      name: manifest.name,
      folder: dirname(path) === '.' ? '' : `${dirname(path).replaceAll('\\', '/')}/`,
      exports: manifest.exports ?? {},
      dependencies: [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})],
    };
  });
}

function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Finds what an import names, by the files and packages there are. Generated modules count as there. */
export function createResolver(files: readonly SourceFile[], packages: readonly WorkspacePackage[]) {
  const known = new Set(files.map((file) => file.path));
  const byDepth = [...packages].sort((a, b) => b.folder.length - a.folder.length);

  function resolve(from: string, specifier: string): { target?: string; isResolved: boolean } {
    if (specifier.startsWith('node:')) return { isResolved: true };
    if (specifier.startsWith('.')) {
      const target = normalize(join(dirname(from), specifier)).replaceAll('\\', '/');
      return {
        target,
        isResolved: known.has(target) || target.includes('/generated/') || existsSync(join(root, target)),
      };
    }
    const owner = byDepth.find((candidate) => from.startsWith(candidate.folder));
    const name = packageNameOf(specifier);
    const isDeclared =
      owner?.dependencies.includes(name) || packages.find((one) => one.folder === '')?.dependencies.includes(name);
    const imported = packages.find((candidate) => candidate.name === name);
    if (!imported) return { isResolved: isDeclared ?? false };
    const exported = imported.exports[specifier === name ? '.' : `.${specifier.slice(name.length)}`];
    if (exported === undefined) return { isResolved: false };
    return {
      target: normalize(`${imported.folder}${exported}`),
      isResolved: Boolean(isDeclared) || imported === owner,
    };
  }

  /** All imports and re-exports of a module. */
  return function importsOf({ path, text }: SourceFile): SourceImport[] {
    const { module } = parseSync(path, text);
    const statics = module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      isTypeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    }));
    const reexports = module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ specifier: moduleRequest.value, isTypeOnly: isType }] : [],
      ),
    );
    const dynamics = module.dynamicImports.flatMap(({ moduleRequest }) => {
      const literal = /^(['"])(.+)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2];
      return literal === undefined ? [] : [{ specifier: literal, isTypeOnly: false }];
    });
    return [...statics, ...reexports, ...dynamics].map(({ specifier, isTypeOnly }) => {
      const { target, isResolved } = resolve(path, specifier);
      return { specifier, target, isResolved, isTypeOnly };
    });
  };
}
