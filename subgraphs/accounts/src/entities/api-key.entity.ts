import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  ...tenantTable('accounts', 'api_key', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    name: p.text(),
    kind: p.text().$type<'PUBLISHABLE' | 'SECRET'>(),
    prefix: p.text(),
    secretHash: p.text(),
    /** The secret before the last rotation, while it still works. */
    previousSecretHash: p.text().nullable(),
    previousValidUntil: p.datetime(3).nullable(),
    scopes: p.array(),
    isActive: p.boolean(),
    revocationReason: p.text().nullable(),
    expiresAt: p.datetime(3).nullable(),
    lastUsedAt: p.datetime(3).nullable(),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['tenantId', 'prefix'] }],
  indexes: [
    { properties: ['tenantId', 'createdAt', 'id'] },
    // Whoever presents a key does not say which merchant it is of.
    { properties: ['prefix'] },
  ],
});

/** Credentials of a partner's software or of a storefront. */
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);
