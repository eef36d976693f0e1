import { deadLetterResolvers } from '@ordergraph/subgraph-server';
import { logisticsSettings, logisticsSettingsUpdate } from './logistics-settings.ts';
import {
  shipmentCancel,
  shipmentCreate,
  shipmentDispatch,
  shipmentTrackingEventAdd,
  shipmentTrackingLinkCreate,
} from './mutations.ts';
import { Order } from './order.ts';
import {
  carriers,
  Shipment,
  shipment,
  shipmentByTrackingToken,
  ShipmentLine,
  shipments,
  TrackingEvent,
} from './shipment.ts';
import { ShipmentLocationUpdate, Subscription } from './subscriptions.ts';

const deadLetters = deadLetterResolvers('logistics', 'logistics');

/** The resolver map of logistics. */
export const resolvers = {
  Query: { shipment, shipmentByTrackingToken, shipments, carriers, logisticsSettings, ...deadLetters.queries },
  Mutation: {
    shipmentCreate,
    shipmentDispatch,
    shipmentCancel,
    shipmentTrackingEventAdd,
    shipmentTrackingLinkCreate,
    logisticsSettingsUpdate,
    ...deadLetters.mutations,
  },
  Subscription,
  Order,
  Shipment,
  ShipmentLine,
  ShipmentLocationUpdate,
  TrackingEvent,
};
