import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { SupergraphManager } from '@apollo/gateway';
import type { Log } from '../log.ts';

/** Where the supergraph comes from: a text, or a file that may be followed while it changes. */
export type SupergraphSource = { readonly sdl: string } | { readonly file: string; readonly watch?: boolean };

const lookEveryMs = 500;

/** Loads the supergraph, and loads it again whenever the followed file changes; a broken file leaves the old one in place. */
export function createSupergraphManager(source: SupergraphSource, log: Log): SupergraphManager {
  return {
    async initialize({ update }) {
      if ('sdl' in source) return { supergraphSdl: source.sdl };
      const { file, watch } = source;
      const supergraphSdl = readSupergraphFile(file);
      if (!watch) return { supergraphSdl };

      const reload = async (): Promise<void> => {
        try {
          update(await readFile(file, 'utf8'));
          log.info('supergraph reloaded', { file });
        } catch (cause) {
          log.error('supergraph not reloaded', { file }, cause);
        }
      };
      const onChange = (): void => void reload();
      watchFile(file, { interval: lookEveryMs }, onChange);
      return { supergraphSdl, cleanup: async () => unwatchFile(file, onChange) };
    },
  };
}

function readSupergraphFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(
      `The supergraph file ${file} cannot be read. Name a composed supergraph, for example SUPERGRAPH_FILE=schema/supergraph.graphql.`,
      {
        cause,
      },
    );
  }
}
