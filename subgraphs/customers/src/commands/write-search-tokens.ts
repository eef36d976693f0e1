import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';
import { searchTokens, type Searchable } from '../domain/search-words.ts';

/** Brings the words that a customer is found by up to date. */
export async function writeSearchTokens(tx: Transaction, customerId: string, texts: Searchable): Promise<void> {
  await query(
    tx.em,
    `with kept as (
       insert into "customers"."search_token" (tenant_id, customer_id, token)
       select $1, $2, token from unnest($3::text[]) as word(token) on conflict do nothing
     )
     delete from "customers"."search_token" where customer_id = $2 and token <> all($3::text[])`,
    [tx.tenantId, customerId, searchTokens(texts)],
  );
}
