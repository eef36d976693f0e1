import type { Transaction } from '@ordergraph/events';
import { query } from '@ordergraph/tenancy';

/** Notes which currencies the merchant sells in. */
export async function keepCurrencies(tx: Transaction, currencyCodes: readonly string[]): Promise<void> {
  await query(
    tx.em,
    `insert into "catalog"."merchant" (tenant_id, currency_codes) values ($1, $2)
     on conflict (tenant_id) do update set currency_codes = excluded.currency_codes`,
    [tx.tenantId, [...currencyCodes]],
  );
}
