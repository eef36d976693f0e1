import { parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

const rememberedCharacters = 1_000_000;

/** Parses subgraph operations, each once: the planner writes the same text again for the same operation. */
export function createDocumentCache(): (query: string) => DocumentNode {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: rememberedCharacters,
    sizeCalculation: (_document, query) => Math.max(1, query.length),
  });
  return (query) => {
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      documents.set(query, document);
    }
    return document;
  };
}
