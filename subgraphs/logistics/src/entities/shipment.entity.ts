import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Sealed } from '@ordergraph/sealing';
import { tenantTable } from '@ordergraph/tenancy';
import type { Point } from '../domain/geo.ts';
import type { ParcelLine } from '../domain/parcels.ts';
import type { ShipmentStatus } from '../domain/shipment-status.ts';

/** What a carrier is asked for, and has not answered yet. */
export type CarrierOperation = 'BOOK' | 'CANCEL';

const ShipmentSchema = defineEntity({
  name: 'Shipment',
  ...tenantTable('logistics', 'shipment', { relay: 'select' }),
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    orderId: p.uuid(),
    cartId: p.uuid(),
    customerId: p.uuid().nullable(),
    number: p.text(),
    // Null unless the goods come back.
    returnId: p.uuid().nullable(),
    isReturn: p.boolean(),
    locationId: p.uuid(),
    lines: p.json<readonly ParcelLine[]>(),
    status: p.text().$type<ShipmentStatus>(),
    // By the clock of whoever reported the status.
    statusSince: p.datetime(3),
    carrierStatus: p.text().nullable(),
    carrierCode: p.text(),
    trackingNumber: p.text().nullable(),
    trackingUrl: p.text().nullable(),
    destination: p.json<Sealed>().nullable(),
    destinationPoint: p.json<Point>().nullable(),
    plannedRoute: p.text().nullable(),
    // A wish to the carrier, and when it is asked (again).
    operation: p.text().$type<CarrierOperation>().nullable(),
    operationDueAt: p.datetime(3).nullable(),
    operationAttempts: p.integer(),
    carrierProblem: p.text().nullable(),
    // When it is booked by itself.
    dispatchDueAt: p.datetime(3).nullable(),
    dispatchedAt: p.datetime(3).nullable(),
    // When the carrier took it, by its own clock: earlier positions are nobody's business but the merchant's.
    pickedUpAt: p.datetime(3).nullable(),
    deliveredAt: p.datetime(3).nullable(),
    signedBy: p.json<Sealed>().nullable(),
    handoverPoint: p.json<Point>().nullable(),
    isNear: p.boolean(),
    hasArrivingTold: p.boolean(),
    expectedAt: p.datetime(3).nullable(),
    latestAt: p.datetime(3).nullable(),
    estimatedAt: p.datetime(3).nullable(),
    metersLeft: p.integer().nullable(),
    stopsLeft: p.integer().nullable(),
    announcedAt: p.datetime(3).nullable(),
    // The latest arrival that the first estimate named.
    promisedAt: p.datetime(3).nullable(),
    isDelayed: p.boolean(),
    eventCount: p.integer(),
    createdAt: p.datetime(3),
    // Grows with each change, positions excepted.
    version: p.integer(),
  },
  uniques: [{ properties: ['tenantId', 'number'] }, { properties: ['tenantId', 'returnId'] }],
  indexes: [
    { properties: ['tenantId', 'orderId', 'id'] },
    { properties: ['tenantId', 'createdAt', 'id'] },
    { properties: ['tenantId', 'status', 'createdAt'] },
    { properties: ['tenantId', 'carrierCode', 'createdAt'] },
    {
      name: 'shipment_late_index',
      properties: ['tenantId', 'createdAt'],
      expression:
        'create index "shipment_late_index" on "logistics"."shipment" ("tenant_id", "created_at") where "is_delayed"',
    },
    {
      name: 'shipment_operation_index',
      properties: ['operationDueAt'],
      expression:
        'create index "shipment_operation_index" on "logistics"."shipment" ("operation_due_at") where "operation" is not null',
    },
    {
      name: 'shipment_dispatch_index',
      properties: ['dispatchDueAt'],
      expression:
        'create index "shipment_dispatch_index" on "logistics"."shipment" ("dispatch_due_at") where "dispatch_due_at" is not null',
    },
  ],
});

/** A parcel. */
export class Shipment extends ShipmentSchema.class {}
ShipmentSchema.setClass(Shipment);
