import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { ShipmentStatus, TrackingSource } from '../domain/shipment-status.ts';

const TrackingEventSchema = defineEntity({
  name: 'TrackingEvent',
  ...tenantTable('logistics', 'tracking_event'),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    shipmentId: p.uuid(),
    sequence: p.integer(),
    status: p.text().$type<ShipmentStatus>(),
    description: p.text(),
    latitude: p.double().$type<number>().nullable(),
    longitude: p.double().$type<number>().nullable(),
    occurredAt: p.datetime(3),
    receivedAt: p.datetime(3),
    source: p.text().$type<TrackingSource>(),
    // What the carrier calls this report, so that it is listed once however often it comes.
    carrierReference: p.text().nullable(),
  },
  uniques: [
    { properties: ['tenantId', 'shipmentId', 'sequence'] },
    { properties: ['tenantId', 'shipmentId', 'carrierReference'] },
  ],
});

/** Something that happened to a parcel. */
export class TrackingEvent extends TrackingEventSchema.class {}
TrackingEventSchema.setClass(TrackingEvent);

const ShipmentChangeSchema = defineEntity({
  name: 'ShipmentChange',
  ...tenantTable('logistics', 'shipment_change'),
  properties: {
    tenantId: p.uuid().primary(),
    shipmentId: p.uuid().primary(),
    version: p.integer().primary(),
    // Null when something else than an event changed.
    eventSequence: p.integer().nullable(),
  },
});

/** A version of a parcel, for those who follow every change. */
export class ShipmentChange extends ShipmentChangeSchema.class {}
ShipmentChangeSchema.setClass(ShipmentChange);
