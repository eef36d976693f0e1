import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from './environment.ts';

// npm run import -- online-retail <file.csv[.gz]> --merchant <handle or name>

const usage = 'Usage: npm run import -- online-retail <file.csv or file.csv.gz> --merchant <handle or name>';

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { merchant: { type: 'string' } }, allowPositionals: true });
  const [format, file] = positionals;
  if (format !== 'online-retail' || !file || !values.merchant || positionals.length > 2) throw new Error(usage);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`There is no file ${file}.\n${usage}`);

  const environment = readEnvironment();
  const say = (message: string): void => void process.stdout.write(`${message}\n`);
  const { startSubgraphsHere } = await import('./import/embedded-house.ts');
  const { importOnlineRetail } = await import('./import/import-online-retail.ts');
  const { showProgress } = await import('./import/progress.ts');
  const { renderReport } = await import('./import/report.ts');
  const house = await startSubgraphsHere(environment, say);
  const interrupted = Promise.withResolvers<never>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The second one ends the process at once, as it does by itself.
    process.once(signal, () => interrupted.reject(new Error('Interrupted; the same command goes on from here.')));
  }
  try {
    const importing = importOnlineRetail({
      subgraphs: house.subgraphs.all,
      file,
      merchant: values.merchant,
      reportDirectory: join(environment.stateDirectory, 'import'),
      onProgress: say,
      showProgress: (lineCount) => showProgress(lineCount, process.stderr),
    });
    const result = await Promise.race([importing, interrupted.promise]);
    say(renderReport(result.report, result));
  } finally {
    await house.stop();
  }
}

run().catch((error: unknown) => {
  const cause = error instanceof Error && error.cause instanceof Error ? ` ${error.cause.message}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
});
