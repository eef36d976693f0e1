import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** A price as it is stored: JSON has no bigint, so minor units are digits. */
export interface StoredPrice {
  readonly minor: string;
  readonly currencyCode: string;
}

const ProductVariantSchema = defineEntity({
  name: 'ProductVariant',
  ...tenantTable('catalog', 'product_variant'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    productId: p.uuid(),
    sku: p.text(),
    title: p.text(),
    options: p.json<{ name: string; value: string }[]>(),
    basePrices: p.json<StoredPrice[]>(),
    barcode: p.text().nullable(),
    weightGrams: p.integer().nullable(),
    requiresShipping: p.boolean(),
    taxCode: p.text(),
    position: p.integer(),
  },
  // Checked at the end of a statement, so that one statement can let two variants swap their SKUs.
  uniques: [{ properties: ['tenantId', 'sku'], deferMode: 'immediate' }],
  indexes: [{ properties: ['tenantId', 'productId', 'position'] }],
});

/** What is bought: the thing that has a SKU, a price and a stock level. */
export class ProductVariant extends ProductVariantSchema.class {}
ProductVariantSchema.setClass(ProductVariant);
