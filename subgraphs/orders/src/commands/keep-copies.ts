import type { EventHandler } from '@ordergraph/events';
import { write } from '@ordergraph/tenancy';
import type { CatalogVariant } from '@ordergraph/schema';
import type { Transaction } from '@ordergraph/events';

/** Keeps the merchant's settings. Both events carry all of them. */
export const copyMerchant: EventHandler<'MerchantCreated' | 'MerchantUpdated'> = async (tx, merchant) => {
  write(
    tx.em,
    `insert into "orders"."merchant_copy" (id, tenant_id, currency_codes, taxes_included, tax_rates, capture_policy,
       return_window_days, checkout_hold_seconds)
     values ($1, $2, $3::text[], $4, $5::jsonb, $6, $7, $8)
     on conflict (id) do update set currency_codes = excluded.currency_codes, taxes_included = excluded.taxes_included,
       tax_rates = excluded.tax_rates, capture_policy = excluded.capture_policy,
       return_window_days = excluded.return_window_days, checkout_hold_seconds = excluded.checkout_hold_seconds`,
    [
      merchant.merchantId,
      tx.tenantId,
      merchant.currencyCodes,
      merchant.taxesIncluded,
      JSON.stringify(merchant.taxRates),
      merchant.capturePolicy,
      merchant.returnWindowDays,
      merchant.checkoutHoldSeconds,
    ],
  );
};

interface ProductOfVariants {
  readonly productId: string;
  /** Null when the product is known from before. */
  readonly title: string | null;
  readonly status: string | null;
}

async function keepVariants(
  tx: Transaction,
  product: ProductOfVariants,
  variants: readonly CatalogVariant[],
): Promise<void> {
  write(
    tx.em,
    `with known as (
       select product_title, product_status from "orders"."variant_copy" where tenant_id = $1 and product_id = $2 limit 1
     )
     insert into "orders"."variant_copy" (id, tenant_id, product_id, sku, title, product_title, product_status,
       base_prices, tax_code, requires_shipping)
     select v."variantId", $1, $2, v."sku", v."title", coalesce($3, (select product_title from known), v."title"),
       coalesce($4, (select product_status from known), 'DRAFT'), v."basePrices", v."taxCode", v."requiresShipping"
     from jsonb_to_recordset($5::jsonb) as v("variantId" uuid, "sku" text, "title" text, "basePrices" jsonb,
       "taxCode" text, "requiresShipping" boolean)
     on conflict (id) do update set sku = excluded.sku, title = excluded.title, product_title = excluded.product_title,
       product_status = excluded.product_status, base_prices = excluded.base_prices, tax_code = excluded.tax_code,
       requires_shipping = excluded.requires_shipping`,
    [tx.tenantId, product.productId, product.title, product.status, JSON.stringify(variants)],
  );
}

export const copyProduct: EventHandler<'ProductCreated'> = (tx, product) => keepVariants(tx, product, product.variants);

export const copyVariants: EventHandler<'ProductVariantsUpserted'> = (tx, { productId, variants }) =>
  keepVariants(tx, { productId, title: null, status: null }, variants);

/** A product's title and status stand with each of its variants. */
export const markProduct: EventHandler<'ProductUpdated'> = async (tx, product) => {
  write(
    tx.em,
    `update "orders"."variant_copy" set product_title = $3, product_status = $4 where tenant_id = $1 and product_id = $2`,
    [tx.tenantId, product.productId, product.title, product.status],
  );
};

export const markProductArchived: EventHandler<'ProductArchived'> = async (tx, { productId }) => {
  write(
    tx.em,
    `update "orders"."variant_copy" set product_status = 'ARCHIVED' where tenant_id = $1 and product_id = $2`,
    [tx.tenantId, productId],
  );
};
