import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripIgnoredCharacters } from 'graphql';
import { Refusal } from '../errors.ts';

/** The operations that clients ship with, by the SHA-256 of their text. */
export interface TrustedDocuments {
  /** The text to run for what a client sent: a text, or the hash of one; throws a `Refusal` for an unknown one. */
  resolve(request: { query: string | undefined; sha256Hash: string | undefined }): string | undefined;
  readonly texts: readonly string[];
}

/** Reads every `*.graphql` file of a folder as one document. */
export function readTrustedDocuments(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => readFileSync(join(folder, file), 'utf8'));
}

/** With `only`, nothing but these documents runs: no text that a stranger wrote is ever planned. */
export function createTrustedDocuments(texts: readonly string[], mode: 'only' | 'known'): TrustedDocuments {
  const byHash = new Map<string, string>();
  const byMeaning = new Map<string, string>();
  for (const text of texts) {
    byHash.set(sha256(text), text).set(sha256(text.trim()), text);
    byMeaning.set(stripIgnoredCharacters(text), text);
  }

  return {
    texts,
    resolve({ query, sha256Hash }) {
      const trusted =
        (sha256Hash ? byHash.get(sha256Hash.toLowerCase()) : undefined) ?? (query ? findByText(query) : undefined);
      if (trusted !== undefined) return trusted;
      if (mode === 'known' && (query || !sha256Hash)) return query;
      throw new Refusal(
        'PERSISTED_QUERY_NOT_FOUND',
        mode === 'only'
          ? 'Only documents that were registered with this gateway run here, and this one was not. Add it to schema/operations and release.'
          : `No document with the hash ${sha256Hash?.slice(0, 64)} is registered. Send the text of the document instead.`,
      );
    },
  };

  function findByText(query: string): string | undefined {
    const exact = byHash.get(sha256(query));
    if (exact !== undefined || mode === 'known') return exact;
    try {
      return byMeaning.get(stripIgnoredCharacters(query));
    } catch {
      return undefined;
    }
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
