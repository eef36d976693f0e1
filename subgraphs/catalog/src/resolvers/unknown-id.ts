import type { Refusal } from '@ordergraph/subgraph-server';
import type { CatalogErrorCode } from '../../generated/graphql.ts';

/** The refusal for an id that is not even well-formed: it names nothing. */
export function unknownId(...field: string[]): Refusal<CatalogErrorCode> {
  return { code: 'NOT_FOUND', message: 'This id names nothing that you can see.', field };
}
