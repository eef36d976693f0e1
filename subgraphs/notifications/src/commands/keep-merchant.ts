import type { Transaction } from '@ordergraph/events';
import { write } from '@ordergraph/tenancy';

/** Keeps what mails need of the merchant. */
export async function keepMerchant(tx: Transaction, merchant: { name: string; languageCode: string }): Promise<void> {
  write(
    tx.em,
    `insert into "notifications"."merchant_copy" (tenant_id, name, language_code) values ($1, $2, $3)
     on conflict (tenant_id) do update set name = excluded.name, language_code = excluded.language_code`,
    [tx.tenantId, merchant.name, merchant.languageCode],
  );
}
