import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Sealed } from '@ordergraph/sealing';
import { tenantTable } from '@ordergraph/tenancy';

const CustomerCopySchema = defineEntity({
  name: 'CustomerCopy',
  ...tenantTable('notifications', 'customer_copy'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    email: p.json<Sealed>().nullable(),
    /** Null while the address is the first one. */
    emailChangedAt: p.datetime(3).nullable(),
    languageCode: p.text().nullable(),
  },
});

/** An entry of the address book, as customers' events tell it. */
export class CustomerCopy extends CustomerCopySchema.class {}
CustomerCopySchema.setClass(CustomerCopy);
