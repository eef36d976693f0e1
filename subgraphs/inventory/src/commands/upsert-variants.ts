import type { Transaction } from '@ordergraph/events';
import type { CatalogVariant } from '@ordergraph/schema';
import { write } from '@ordergraph/tenancy';

/** Notes which variants catalog has. Stock is counted for every one of them, those that are not shipped included. */
export async function upsertVariants(tx: Transaction, variants: readonly CatalogVariant[]): Promise<void> {
  write(
    tx.em,
    `insert into "inventory"."variant" (id, tenant_id, sku, requires_shipping)
     select v."variantId", $1::uuid, v.sku, v."requiresShipping"
     from jsonb_to_recordset($2::jsonb) as v("variantId" uuid, sku text, "requiresShipping" boolean)
     on conflict (id) do update set sku = excluded.sku, requires_shipping = excluded.requires_shipping`,
    [tx.tenantId, JSON.stringify(variants)],
  );
}
