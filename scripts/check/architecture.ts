import { createResolver } from './source-files.ts';
import type { SourceFile, SourceImport, WorkspacePackage } from './source-files.ts';

/** A module with what it imports. */
interface Module extends SourceFile {
  readonly imports: readonly SourceImport[];
}

interface Rule {
  /** Says what to do instead. */
  readonly sentence: string;
  /** What in the module breaks the rule, in a few words each. */
  readonly breaches: (module: Module) => string[];
}

const subgraphOf = (path: string | undefined): string | undefined => /^subgraphs\/([^/]+)\//.exec(path ?? '')?.[1];
const inFolder = (path: string, folder: string): boolean => new RegExp(`^subgraphs/[^/]+/src/${folder}/`).test(path);

function imported(module: Module, isForbidden: (one: SourceImport) => boolean): string[] {
  return module.imports.filter(isForbidden).map((one) => `imports ${one.specifier}`);
}

function lines(module: Module, pattern: RegExp): string[] {
  return module.text.split('\n').flatMap((line, index) => {
    const found = /^\s*(\/\/|\*|\/\*)/.test(line) ? undefined : pattern.exec(line)?.[0];
    return found === undefined ? [] : [`line ${index + 1} says ${found.trim()}`];
  });
}

const isTest = (path: string): boolean => path.includes('/tests/');
const isScript = (path: string): boolean => /^(scripts|bench|verify)\//.test(path) || !path.includes('/');
const toolConfigurations = /(^codegen\.ts|\.config\.ts|^scripts\/closing-line\.mjs|\/global-setup\.ts)$/;
const transports = /^(graphql|@apollo\/.+|nats|fastify|express)$/;

const importRules: Rule[] = [
  {
    sentence: 'Subgraphs meet only in the supergraph and in event contracts; nothing in one imports from another.',
    breaches: (module) => {
      const own = subgraphOf(module.path);
      if (own === undefined) return [];
      return imported(module, ({ target }) => subgraphOf(target) !== undefined && subgraphOf(target) !== own);
    },
  },
  {
    sentence:
      'Domain code knows neither GraphQL, nor the database, nor the broker, nor the clock; it may import itself and the money package.',
    breaches: (module) => {
      if (!inFolder(module.path, 'domain')) return [];
      const domain = module.path.slice(0, module.path.indexOf('/domain/') + '/domain/'.length);
      return [
        ...imported(
          module,
          ({ specifier, target }) => specifier !== '@ordergraph/money' && !target?.startsWith(domain),
        ),
        ...lines(module, /\bDate\.now\(|\bnew Date\(\)|\brandomUUID\(|\bMath\.random\(/),
      ];
    },
  },
  {
    sentence: 'A command does not know whether a resolver or an event handler called it.',
    breaches: (module) => {
      if (!inFolder(module.path, 'commands')) return [];
      return imported(
        module,
        ({ specifier, target }) =>
          transports.test(specifier) ||
          (target !== undefined && (inFolder(target, 'resolvers') || inFolder(target, 'event-handlers'))),
      );
    },
  },
  {
    sentence:
      'Packages, the schema and the gateway never import a subgraph; host is the one place that puts them together.',
    breaches: (module) => {
      if (!/^(packages|schema|gateway)\//.test(module.path)) return [];
      return imported(module, ({ target }) => subgraphOf(target) !== undefined || Boolean(target?.startsWith('host/')));
    },
  },
  {
    sentence: 'verify shares no code with what it checks: it imports its own files, Node and pg.',
    breaches: (module) => {
      if (!module.path.startsWith('verify/src/')) return [];
      return imported(module, ({ target }) => target !== undefined && !target.startsWith('verify/'));
    },
  },
  {
    sentence: 'The storefront is a client like any other: it knows the API and nothing of what is behind it.',
    breaches: (module) => {
      if (!module.path.startsWith('storefront/src/')) return [];
      return imported(
        module,
        ({ specifier, target }) =>
          specifier.startsWith('node:') || (target !== undefined && !target.startsWith('storefront/')),
      );
    },
  },
  {
    sentence: 'The storefront runs in browsers; what serves it knows its built files, not its code.',
    breaches: (module) => {
      if (module.path.startsWith('storefront/')) return [];
      return imported(module, ({ target }) => Boolean(target?.startsWith('storefront/')));
    },
  },
  {
    sentence:
      'An unresolved import is one the other rules cannot see: declare the package, or name a file that exists.',
    breaches: (module) => imported(module, ({ isResolved }) => !isResolved),
  },
];

const textRules: Rule[] = [
  {
    sentence: 'The environment is read in one place: host/src/environment.ts or gateway/src/environment.ts.',
    breaches: (module) => {
      if (isTest(module.path) || isScript(module.path) || /^(host|gateway)\/src\/environment\.ts$/.test(module.path))
        return [];
      if (module.path.startsWith('packages/testing/')) return [];
      return lines(module, /\bprocess\.env\b/);
    },
  },
  {
    sentence: 'Resolvers translate and never write: call a command instead.',
    breaches: (module) =>
      inFolder(module.path, 'resolvers')
        ? lines(module, /\.(flush|persist|transactional|nativeInsert|nativeUpdate|nativeDelete)\(/)
        : [],
  },
  {
    sentence: 'Name what a module exports; only a tool configuration has a default export.',
    breaches: (module) => (toolConfigurations.test(module.path) ? [] : lines(module, /^export default\b/)),
  },
  {
    sentence: 'A file holds one thing that can be read in one go: at most 400 lines.',
    breaches: (module) => {
      const count = module.text.trimEnd().split('\n').length;
      return count > 400 ? [`has ${count} lines`] : [];
    },
  },
  {
    sentence: 'A file name is kebab-case and says what is inside, not that something is.',
    breaches: (module) => {
      const name = module.path.slice(module.path.lastIndexOf('/') + 1);
      const isKebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(int|e2e|entity|config))*(\.test)?\.(ts|tsx|mts|mjs)$/.test(name);
      const isMigration = /\/migrations\/Migration\d+_\w+\.ts$/.test(module.path);
      const isVague = /(^|-)(utils?|helpers?|common|manager|service|misc|base|impl)[-.]/.test(name);
      return (isKebab || isMigration) && !isVague ? [] : ['has that name'];
    },
  },
];

/** Every module once, and each cycle by the modules on it. */
function cycles(modules: readonly Module[]): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const finished = new Set<string>();
  const way: string[] = [];
  const found: string[] = [];

  function walk(path: string): void {
    const start = way.indexOf(path);
    if (start >= 0) {
      found.push([...way.slice(start), path].join(' → '));
      return;
    }
    if (finished.has(path)) return;
    way.push(path);
    for (const { target } of byPath.get(path)?.imports ?? [])
      if (target !== undefined && byPath.has(target)) walk(target);
    way.pop();
    finished.add(path);
  }

  for (const { path } of modules) walk(path);
  return found.map((cycle) => `${cycle}: Import cycles hide the direction of the architecture.`);
}

/** One sentence for each breach of the architecture, with the module in which it stands. */
export function architectureProblems(files: readonly SourceFile[], packages: readonly WorkspacePackage[]): string[] {
  const importsOf = createResolver(files, packages);
  const modules = files.map((file) => ({ ...file, imports: importsOf(file) }));
  const breaches = modules.flatMap((module) =>
    [...importRules, ...textRules].flatMap(({ sentence, breaches: breachesIn }) =>
      breachesIn(module).map((breach) => `${module.path} ${breach}. ${sentence}`),
    ),
  );
  return [...breaches, ...cycles(modules)];
}
