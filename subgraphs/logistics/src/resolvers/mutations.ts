import type { Transaction } from '@ordergraph/events';
import {
  decodeId,
  once,
  refuse,
  refuseWhileRunning,
  tenantOf,
  type Outcome,
  type RequestContext,
} from '@ordergraph/subgraph-server';
import { findRow } from '@ordergraph/tenancy';
import type { MutationResolvers, ShipmentErrorCode } from '../../generated/graphql.ts';
import { addTrackingEvent } from '../commands/add-tracking-event.ts';
import { cancelShipment } from '../commands/cancel-shipment.ts';
import { createShipment } from '../commands/create-shipment.ts';
import { dispatchShipment } from '../commands/dispatch-shipment.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { resourcesOf } from './access.ts';
import { loadersOf } from './loaders.ts';
import { findByName } from './shipment.ts';

type Shipped = Outcome<{ shipmentId: string }, ShipmentErrorCode>;

/** Long enough for a carrier that is well, and within the gateway's patience. */
const carrierPatienceMs = 3_000;

/** Runs a command once per key of the acting person or software. */
const repeatable = (
  context: RequestContext,
  operation: string,
  { idempotencyKey, ...input }: { readonly idempotencyKey: string },
  command: (tx: Transaction) => Promise<Shipped>,
): Promise<Shipped> => {
  const { type, id } = context.viewer.actor;
  const call = { operation, key: idempotencyKey, input, actor: `${type}:${id}` };
  return refuseWhileRunning(() => context.transact((tx) => once(tx, 'logistics', call, () => command(tx))));
};

async function payload(context: RequestContext, { value, refusals }: Shipped) {
  const row = value ? await loadersOf(context).shipment.load(value.shipmentId) : null;
  return { shipment: row ? { row, access: 'MERCHANT' as const } : null, userErrors: [...(refusals ?? [])] };
}

/** Waits until the carrier has answered what a parcel wanted of it; refuses when it does not in time. */
async function answered(context: RequestContext, outcome: Shipped): Promise<Shipped> {
  if (!outcome.value) return outcome;
  const { shipmentId } = outcome.value;
  const settled = await context.waitFor(
    `shipment:${shipmentId}`,
    async () => {
      const row = await findRow(context.em, Shipment, { id: shipmentId });
      return row && (row.operation == null || row.carrierProblem !== null) ? row : null;
    },
    carrierPatienceMs,
  );
  if (settled && settled.operation == null) return outcome;
  return refuse(
    'CARRIER_UNAVAILABLE',
    `${settled?.carrierProblem ?? 'The carrier has not answered yet.'} It is asked again by itself; repeat the call with the same key to see what it said.`,
  );
}

export const shipmentCreate: MutationResolvers['shipmentCreate'] = async (_parent, { input }, context) => {
  const outcome = await repeatable(context, 'shipmentCreate', input, (tx) =>
    createShipment(tx, {
      orderId: decodeId('Order', input.orderId),
      locationId: decodeId('Location', input.locationId),
      lines: input.lines.map(({ orderLineId, quantity }) => ({
        orderLineId: decodeId('OrderLine', orderLineId),
        quantity,
      })),
      carrierCode: input.carrierCode,
      trackingNumber: input.trackingNumber ?? null,
    }),
  );
  return payload(context, outcome);
};

export const shipmentDispatch: MutationResolvers['shipmentDispatch'] = async (_parent, { input }, context) => {
  const outcome = await repeatable(context, 'shipmentDispatch', input, (tx) =>
    dispatchShipment(tx, decodeId('Shipment', input.shipmentId)),
  );
  return payload(context, await answered(context, outcome));
};

export const shipmentCancel: MutationResolvers['shipmentCancel'] = async (_parent, { input }, context) => {
  const outcome = await repeatable(context, 'shipmentCancel', input, (tx) =>
    cancelShipment(tx, { id: decodeId('Shipment', input.shipmentId), reason: input.reason }),
  );
  const settled = await answered(context, outcome);
  if (!settled.value) return payload(context, settled);
  const row = await loadersOf(context).shipment.load(settled.value.shipmentId);
  if (row?.status === 'CANCELLED') return payload(context, settled);
  return payload(
    context,
    refuse('ALREADY_DISPATCHED', `The parcel is ${row?.status}: its carrier would not give it back.`),
  );
};

export const shipmentTrackingEventAdd: MutationResolvers['shipmentTrackingEventAdd'] = async (
  _parent,
  { input },
  context,
) => {
  const outcome = await repeatable(context, 'shipmentTrackingEventAdd', input, (tx) =>
    addTrackingEvent(tx, {
      shipmentId: decodeId('Shipment', input.shipmentId),
      status: input.status,
      description: input.description,
      occurredAt: new Date(input.occurredAt),
    }),
  );
  return payload(context, outcome);
};

const longestLinkHours = 2_160;
const hourMs = 60 * 60_000;

export const shipmentTrackingLinkCreate: MutationResolvers['shipmentTrackingLinkCreate'] = async (
  _parent,
  { input },
  context,
) => {
  const { ttlHours } = input;
  const nothing = { url: null, token: null, expiresAt: null };
  if (ttlHours < 1 || ttlHours > longestLinkHours) {
    const message = `A link holds for 1 to ${longestLinkHours} hours, got ${ttlHours}.`;
    return { ...nothing, userErrors: [{ code: 'INVALID', message, field: ['ttlHours'] }] };
  }
  const found = await findByName(context, input.shipmentId);
  if (!found) {
    const message = 'There is no parcel with this id.';
    return { ...nothing, userErrors: [{ code: 'NOT_FOUND', message, field: ['shipmentId'] }] };
  }
  const expiresAt = new Date(Date.now() + ttlHours * hourMs);
  const { tokens } = resourcesOf(context);
  const token = tokens.make(tenantOf(context), found.row.id, expiresAt);
  return { url: tokens.link(token), token, expiresAt, userErrors: [] };
};
