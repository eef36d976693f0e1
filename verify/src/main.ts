import { Client } from 'pg';
import { readArguments } from './arguments.ts';
import { findServer } from './find-server.ts';
import { printReport, renderJson } from './print-report.ts';
import { verify } from './verify.ts';

// npm run verify: checks a database against the promises that the system makes. It decides from data alone and shares no
// code with what it checks. Ends with 0 when everything holds, else with 1.

async function run(): Promise<void> {
  const { databaseUrl, stateDirectory, patienceMs, isJson } = readArguments(process.argv.slice(2));
  const client = new Client({
    connectionString: databaseUrl ?? findServer(stateDirectory),
    application_name: 'ordergraph verify',
  });
  await client.connect();
  try {
    const report = await verify(client, { patienceMs });
    process.stdout.write(isJson ? renderJson(report) : printReport(report));
    if (report.findings.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
  } finally {
    await client.end();
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message || String(error) : String(error)}\n`);
  process.exitCode = 1;
});
