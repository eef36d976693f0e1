import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What a call of the program asks for. */
export interface Arguments {
  /** Null looks for the embedded server of the state directory. */
  readonly databaseUrl: string | null;
  readonly stateDirectory: string;
  readonly patienceMs: number;
  readonly isJson: boolean;
}

const root = join(import.meta.dirname, '..', '..');

/** Reads the command line, and where it is silent the variables that the house itself reads. */
export function readArguments(
  given: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Arguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      'database-url': { type: 'string' },
      'state-dir': { type: 'string' },
      patience: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.patience);
  if (!(seconds >= 0)) throw new Error(`--patience is "${values.patience}". Give it in seconds, for example 30.`);
  // A state directory that is named on the command line is meant, whatever the environment says.
  const databaseUrl =
    values['database-url'] ?? (values['state-dir'] === undefined ? variables['DATABASE_URL'] : undefined);
  return {
    databaseUrl: databaseUrl || null,
    stateDirectory: values['state-dir'] ?? (variables['ORDERGRAPH_STATE_DIR'] || join(root, '.ordergraph')),
    patienceMs: seconds * 1_000,
    isJson: values.json,
  };
}
