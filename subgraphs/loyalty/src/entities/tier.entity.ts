import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const TierSchema = defineEntity({
  name: 'Tier',
  ...tenantTable('loyalty', 'tier'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    rank: p.integer(),
    name: p.text(),
    threshold: p.integer(),
    // An exact decimal.
    earnMultiplier: p.text(),
    benefits: p.array(),
  },
  uniques: [{ properties: ['tenantId', 'rank'] }],
});

/** A rung of the ladder. It keeps its id as long as the ladder has its rank. */
export class Tier extends TierSchema.class {}
TierSchema.setClass(Tier);
