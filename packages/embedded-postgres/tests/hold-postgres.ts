// A process of its own that owns a database until it is ended; the tests kill it and look what stays.
// It says on one line what it started, or why it did not.
import { startEmbeddedPostgres } from '../src/index.ts';

const [dataDirectory = '', ending, kind] = process.argv.slice(2);
try {
  const {
    port,
    superuserUrl,
    dataDirectory: data,
  } = await startEmbeddedPostgres({ dataDirectory, durable: kind !== 'throw-away' });
  process.stdout.write(`${JSON.stringify({ port, superuserUrl, data, uid: process.getuid?.() })}\n`);
  if (ending === 'hold') setInterval(() => {}, 60_000);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: error instanceof Error ? error.message : String(error) })}\n`);
}
