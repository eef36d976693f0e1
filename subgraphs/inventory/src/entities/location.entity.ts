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

const LocationSchema = defineEntity({
  name: 'Location',
  ...tenantTable('inventory', 'location'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    name: p.text(),
    address: p.json<StoredAddress>(),
    isActive: p.boolean(),
    priority: p.integer(),
  },
  indexes: [{ properties: ['tenantId', 'priority', 'id'] }],
});

/** A place that stores goods. */
export class Location extends LocationSchema.class {}
LocationSchema.setClass(Location);
