import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { TaxRate } from '../domain/pricing.ts';

// What orders needs to decide by itself, copied from the events of its owners.

const MerchantCopySchema = defineEntity({
  name: 'MerchantCopy',
  ...tenantTable('orders', 'merchant_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    currencyCodes: p.array(),
    taxesIncluded: p.boolean(),
    taxRates: p.json<TaxRate[]>(),
    capturePolicy: p.text().$type<'ON_PLACEMENT' | 'MANUAL'>(),
    returnWindowDays: p.integer(),
    checkoutHoldSeconds: p.integer(),
  },
  indexes: [{ properties: ['tenantId'] }],
});

/** The merchant's settings, from accounts. */
export class MerchantCopy extends MerchantCopySchema.class {}
MerchantCopySchema.setClass(MerchantCopy);

const VariantCopySchema = defineEntity({
  name: 'VariantCopy',
  ...tenantTable('orders', 'variant_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    productId: p.uuid(),
    sku: p.text(),
    title: p.text(),
    productTitle: p.text(),
    productStatus: p.text().$type<'DRAFT' | 'ACTIVE' | 'ARCHIVED'>(),
    basePrices: p.json<{ amount: string; currencyCode: string }[]>(),
    taxCode: p.text(),
    requiresShipping: p.boolean(),
  },
  indexes: [{ properties: ['tenantId', 'productId'] }],
});

/** A variant with its base prices, from catalog. */
export class VariantCopy extends VariantCopySchema.class {}
VariantCopySchema.setClass(VariantCopy);
