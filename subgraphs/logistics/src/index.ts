import { join } from 'node:path';
import { defineSubgraph } from '@ordergraph/subgraph-server';
import { roadsRoute, webhookRoute } from './carriers/routes.ts';
import { CarrierWebhook } from './entities/carrier-webhook.entity.ts';
import { LogisticsSettings } from './entities/logistics-settings.entity.ts';
import { OrderAllocation, OrderCopy } from './entities/order-copy.entity.ts';
import { EstimateError, Position, TrackFix } from './entities/position.entity.ts';
import { Shipment } from './entities/shipment.entity.ts';
import { ShipmentChange, TrackingEvent } from './entities/tracking-event.entity.ts';
import { handlers } from './event-handlers/index.ts';
import { resolvers } from './resolvers/index.ts';
import { openResources, type LogisticsResources } from './resources.ts';
import { tasks, timerGrants } from './tasks/index.ts';
import { shipmentSubject } from './tracking/live-position.ts';

/** Logistics: parcels, where they are, and when they arrive. */
export const definition = defineSubgraph<LogisticsResources>({
  name: 'logistics',
  entities: [
    CarrierWebhook,
    EstimateError,
    LogisticsSettings,
    OrderAllocation,
    OrderCopy,
    Position,
    Shipment,
    ShipmentChange,
    TrackFix,
    TrackingEvent,
  ],
  migrations: join(import.meta.dirname, 'migrations'),
  resolvers,
  handlers,
  liveSubjects: {
    ShipmentCreated: ({ shipmentId }) => [shipmentSubject(shipmentId)],
    TrackingEventRecorded: ({ shipmentId }) => [shipmentSubject(shipmentId)],
  },
  tasks,
  routes: [webhookRoute, roadsRoute],
  grants: timerGrants,
  open: openResources,
});

export { updateSettings, type LogisticsSettingsChange } from './commands/update-settings.ts';
