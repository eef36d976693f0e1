// Composes schema/supergraph.graphql from the subgraphs and derives what each audience sees of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { derivedContracts } from './compose/derived-contracts.ts';

for (const { path, text } of derivedContracts()) {
  mkdirSync(new URL('./', path), { recursive: true });
  writeFileSync(path, text);
}
