import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { TaxRate } from '../domain/merchant-settings.ts';

const MerchantSchema = defineEntity({
  name: 'Merchant',
  ...tenantTable('accounts', 'merchant', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    /** The same as `id`: the merchant is the tenant. */
    tenantId: p.uuid(),
    handle: p.text(),
    name: p.text(),
    status: p.text().$type<'ACTIVE' | 'SUSPENDED' | 'CLOSED'>(),
    defaultCurrencyCode: p.text(),
    currencyCodes: p.array(),
    countryCode: p.text(),
    timeZone: p.text(),
    languageCode: p.text(),
    taxesIncluded: p.boolean(),
    capturePolicy: p.text().$type<'ON_PLACEMENT' | 'MANUAL'>(),
    taxRates: p.json<TaxRate[]>(),
    returnWindowDays: p.integer(),
    checkoutHoldSeconds: p.integer(),
    createdAt: p.datetime(3),
    version: p.integer().version(),
  },
  uniques: [
    // The one unique key that spans tenants, because a handle is part of public URLs. That another merchant has a
    // handle shows in `merchantCreate` only, which is for platform operators, who see all merchants anyway.
    { properties: ['handle'] },
  ],
  indexes: [
    { properties: ['tenantId'] },
    // The operators' list over all merchants.
    { properties: ['createdAt', 'id'] },
  ],
});

/** A merchant: the tenant that every row everywhere belongs to. */
export class Merchant extends MerchantSchema.class {}
MerchantSchema.setClass(Merchant);
