/** One line of the log: allow-listed facts, never variables, documents or anything about a person. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Where the gateway writes what happened. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields: LogFields, cause?: unknown): void;
}

/** A log of JSON lines on stderr, so that stdout stays free for what a person should read. */
export function createJsonLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const line = (level: string, event: string, fields: object): void =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, from: 'gateway', event, ...fields })}\n`);
  return {
    info: (event, fields = {}) => line('info', event, fields),
    warn: (event, fields = {}) => line('warn', event, fields),
    error: (event, fields, cause) => line('error', event, { ...fields, ...describe(cause) }),
  };
}

/** A log that keeps nothing. */
export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

const maxStack = 4_000;

function describe(cause: unknown): object {
  if (cause === undefined) return {};
  if (!(cause instanceof Error)) return { cause: typeof cause };
  return { cause: `${cause.name}: ${cause.message}`.slice(0, 1_000), stack: cause.stack?.slice(0, maxStack) };
}
