import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

const LogisticsSettingsSchema = defineEntity({
  name: 'LogisticsSettings',
  ...tenantTable('logistics', 'settings'),
  properties: {
    tenantId: p.uuid().primary(),
    isDispatchAutomatic: p.boolean(),
    dispatchDelaySeconds: p.integer(),
    version: p.integer().version(),
  },
});

/** How a merchant's parcels leave. */
export class LogisticsSettings extends LogisticsSettingsSchema.class {}
LogisticsSettingsSchema.setClass(LogisticsSettings);
