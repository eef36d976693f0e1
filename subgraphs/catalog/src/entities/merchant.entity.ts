import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/** Which currencies the merchant sells in: catalog's copy, fed by the events of accounts. */
export const Merchant = defineEntity({
  name: 'Merchant',
  ...tenantTable('catalog', 'merchant'),
  properties: {
    tenantId: p.uuid().primary(),
    currencyCodes: p.array(),
  },
});
