import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';
import type { DropReason, Fix } from '../domain/fix-filter.ts';

/** An estimate that was made once per distance, to learn from how it came out. */
export interface Prediction {
  readonly bucket: number;
  readonly seconds: number;
  readonly at: number;
}

const PositionSchema = defineEntity({
  name: 'Position',
  ...tenantTable('logistics', 'position', { relay: 'select' }),
  properties: {
    tenantId: p.uuid().primary(),
    shipmentId: p.uuid().primary(),
    // The last accepted fix; null while none was.
    fix: p.json<Fix>().nullable(),
    // How many were accepted: numbers them.
    sequence: p.integer(),
    // When the last fix was accepted; before the first one, since when it is waited for.
    heardAt: p.datetime(3).nullable(),
    isStale: p.boolean(),
    suspects: p.json<readonly Fix[]>(),
    metersPerSecond: p.double().$type<number>().nullable(),
    predictions: p.json<readonly Prediction[]>(),
    dropped: p.json<Partial<Record<DropReason, number>>>(),
    trackHash: p.text(),
    thinDueAt: p.datetime(3).nullable(),
    // What came until then is thinned.
    thinnedUntil: p.datetime(3).nullable(),
  },
  indexes: [
    {
      name: 'position_stale_index',
      properties: ['heardAt'],
      expression: 'create index "position_stale_index" on "logistics"."position" ("heard_at") where not "is_stale"',
    },
    {
      name: 'position_thin_index',
      properties: ['thinDueAt'],
      expression:
        'create index "position_thin_index" on "logistics"."position" ("thin_due_at") where "thin_due_at" is not null',
    },
  ],
});

/** Where a parcel is, and what the filters remember: one row for each parcel that has left or ever had a fix. */
export class Position extends PositionSchema.class {}
PositionSchema.setClass(Position);

const TrackFixSchema = defineEntity({
  name: 'TrackFix',
  ...tenantTable('logistics', 'track_fix'),
  properties: {
    tenantId: p.uuid().primary(),
    shipmentId: p.uuid().primary(),
    recordedAt: p.datetime(3).primary(),
    carrierSequence: p.bigint(),
    // Null for what was never the newest position.
    sequence: p.integer().nullable(),
    latitude: p.double().$type<number>(),
    longitude: p.double().$type<number>(),
    headingDegrees: p.double().$type<number>().nullable(),
    speedMetersPerSecond: p.double().$type<number>().nullable(),
    accuracyMeters: p.double().$type<number>().nullable(),
    receivedAt: p.datetime(3),
    // Why it is kept and not believed.
    flag: p.text().$type<'INACCURATE' | 'TOO_FAST'>().nullable(),
  },
  indexes: [{ properties: ['tenantId', 'shipmentId', 'carrierSequence'] }],
});

/** A fix of a parcel's way. Every one for two hours, some of them afterwards, and none a month after the last one came. */
export class TrackFix extends TrackFixSchema.class {}
TrackFixSchema.setClass(TrackFix);

const EstimateErrorSchema = defineEntity({
  name: 'EstimateError',
  ...tenantTable('logistics', 'estimate_error'),
  properties: {
    tenantId: p.uuid().primary(),
    carrierCode: p.text().primary(),
    bucket: p.integer().primary(),
    // Real duration over naive one, the newest last.
    samples: p.json<readonly number[]>(),
  },
});

/** How wrong a merchant's estimates were at about one distance. */
export class EstimateError extends EstimateErrorSchema.class {}
EstimateErrorSchema.setClass(EstimateError);
