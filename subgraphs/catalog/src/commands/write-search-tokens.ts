import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import { searchTokens, type Searchable } from '../domain/search-words.ts';

/** Brings the words that a product is found by up to date. */
export async function writeSearchTokens(tx: Transaction, productId: string, texts: Searchable): Promise<void> {
  const tokens = searchTokens(texts);
  await query(
    tx.em,
    `with kept as (
       insert into "catalog"."search_token" as known (tenant_id, product_id, token, occurrences)
       select $1, $2, word.token, word.occurrences from unnest($3::text[], $4::int[]) as word(token, occurrences)
       on conflict (tenant_id, product_id, token) do update set occurrences = excluded.occurrences
         where known.occurrences <> excluded.occurrences
     )
     delete from "catalog"."search_token" where product_id = $2 and token <> all($3::text[])`,
    [tx.tenantId, productId, [...tokens.keys()], [...tokens.values()]],
  );
}
