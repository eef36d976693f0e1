import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** A postal address as it is stored. */
export interface StoredAddress {
  readonly name: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly countryCode: string;
  readonly phone: string | null;
}

const CustomerSchema = defineEntity({
  name: 'Customer',
  ...tenantTable('customers', 'customer'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    email: p.text().nullable(),
    /** The email as it is compared: one person does not register twice by writing it in capitals. */
    emailKey: p.text().nullable(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    phone: p.text().nullable(),
    languageCode: p.text().nullable(),
    addresses: p.json<StoredAddress[]>(),
    acceptsMarketing: p.boolean(),
    groups: p.array(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    version: p.integer().version(),
  },
  uniques: [{ properties: ['tenantId', 'emailKey'] }],
  indexes: [{ properties: ['tenantId', 'createdAt', 'id'] }],
});

/** A shopper of this merchant. */
export class Customer extends CustomerSchema.class {}
CustomerSchema.setClass(Customer);
