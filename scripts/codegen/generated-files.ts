import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import config from '../../codegen.ts';
import { buildEventSchema, eventContractFiles, eventContracts } from '../../schema/src/index.ts';
import { eventTypesOf } from './event-types.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A file that codegen makes, with its path inside the repository. */
export interface GeneratedFile {
  readonly name: string;
  readonly text: string;
}

/** The types of events, resolvers and client operations, as the schema makes them now. */
export async function generatedFiles(): Promise<GeneratedFile[]> {
  const outputs: { filename: string; content: string }[] = await generate({ ...config, cwd: root }, false);
  const eventTypes = eventTypesOf(buildEventSchema(eventContractFiles()), eventContracts.names);
  return [
    { name: 'schema/generated/events.ts', text: eventTypes },
    ...outputs.map(({ filename, content }) => ({ name: filename, text: content })),
  ];
}

function textOf(name: string): string | undefined {
  const path = join(root, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Writes what changed. A file that stays the same keeps its time, so that watchers stay quiet. */
export async function writeGenerated(): Promise<void> {
  for (const { name, text } of await generatedFiles()) {
    if (textOf(name) === text) continue;
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}
