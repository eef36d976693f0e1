import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const MerchantCopySchema = defineEntity({
  name: 'MerchantCopy',
  ...tenantTable('notifications', 'merchant_copy'),
  properties: {
    tenantId: p.uuid().primary(),
    name: p.text(),
    languageCode: p.text(),
  },
});

/** Who writes to the customer, as accounts' events tell it. */
export class MerchantCopy extends MerchantCopySchema.class {}
MerchantCopySchema.setClass(MerchantCopy);
