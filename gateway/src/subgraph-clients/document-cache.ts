import { parse, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

const rememberedDocuments = 2_000;

/** Parses subgraph operations, each once: the planner writes the same text again for the same operation. */
export function createDocumentCache(): (query: string) => DocumentNode {
  const documents = new LRUCache<string, DocumentNode>({ max: rememberedDocuments });
  return (query) => {
    let document = documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      documents.set(query, document);
    }
    return document;
  };
}
