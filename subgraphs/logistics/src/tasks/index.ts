import type { Runtime, Task } from '@ordergraph/subgraph-server';
import {
  claimOperation,
  postponeOperation,
  settleBooking,
  settleCancellation,
  type ClaimedOperation,
} from '../commands/carrier-operation.ts';
import { carrierTask, dispatchByRule } from '../commands/dispatch-shipment.ts';
import { forgetWebhooks } from '../commands/receive-webhook.ts';
import { markStale, thinTrack } from '../commands/tend-positions.ts';
import type { LogisticsResources } from '../resources.ts';
import { linkDays } from '../tracking/tracking-tokens.ts';
import { workThroughWebhooks } from './webhooks.ts';

type Logistics = Runtime<LogisticsResources>;
type ClaimedBooking = Extract<ClaimedOperation, { kind: 'BOOK' }>;

const dayMs = 24 * 60 * 60_000;

interface Due extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly id: string;
}

/** Does what is due, some at a time. One that fails is due again in a later round and holds up no other. */
async function each(
  runtime: Logistics,
  due: readonly Due[],
  what: string,
  work: (row: Due) => Promise<void>,
): Promise<number> {
  const outcomes = await Promise.allSettled(due.map((row) => work(row)));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') runtime.log(`${what} failed; it is tried again.`, outcome.reason);
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

/** Speaks to carriers what parcels want of them, outside of any transaction. */
const speakWithCarriers: Task<LogisticsResources> = {
  name: carrierTask,
  everyMs: 1_000,
  async run(runtime) {
    const due = await runtime.crossTenant<Due>(
      `select tenant_id, id from "logistics"."shipment"
       where operation is not null and operation_due_at <= now() order by operation_due_at limit 16`,
    );
    return each(runtime, due, 'Speaking with a carrier', (row) => speak(runtime, row));
  },
};

async function speak(runtime: Logistics, { tenant_id: tenantId, id }: Due): Promise<void> {
  const claimed = await runtime.transactAsSystem(tenantId, (tx) => claimOperation(tx, id));
  if (!claimed) return;
  try {
    await perform(runtime, tenantId, claimed);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    runtime.log(`The carrier of parcel ${id} could not be asked; it is tried again.`, error);
    await runtime.transactAsSystem(tenantId, (tx) => postponeOperation(tx, id, problem));
  }
}

async function perform(runtime: Logistics, tenantId: string, claimed: ClaimedOperation): Promise<void> {
  const { shipmentId, carrierCode } = claimed;
  const carrier = runtime.resources.carrier(carrierCode);
  if (!carrier) throw new Error(`There is no connection to the carrier ${carrierCode}. Set CARRIER_URL.`);
  if (claimed.kind === 'BOOK') {
    const label = await carrier.createShipment(claimed.booking, shipmentId);
    const trackingUrl = label.trackingUrl ?? ownLink(runtime, tenantId, claimed);
    await runtime.transactAsSystem(tenantId, (tx) => settleBooking(tx, shipmentId, { ...label, trackingUrl }));
    return;
  }
  const outcome = await carrier.cancelShipment(claimed.trackingNumber);
  await runtime.transactAsSystem(tenantId, (tx) => settleCancellation(tx, shipmentId, outcome));
}

/** Where the customer follows a parcel whose carrier has no page of its own. */
function ownLink(runtime: Logistics, tenantId: string, { shipmentId, booking }: ClaimedBooking): string | null {
  const { tokens, hasTrackingPages } = runtime.resources;
  // What they send back themselves is of no interest to them.
  if (booking.isReturn || !hasTrackingPages) return null;
  return tokens.link(tokens.make(tenantId, shipmentId, new Date(Date.now() + linkDays * dayMs)));
}

/** Dispatches parcels by the merchants' rules. */
const dispatchDue: Task<LogisticsResources> = {
  name: 'dispatches',
  everyMs: 1_000,
  async run(runtime) {
    const due = await runtime.crossTenant<Due>(
      `select tenant_id, id from "logistics"."shipment" where dispatch_due_at <= now() order by dispatch_due_at limit 16`,
    );
    return each(runtime, due, 'Dispatching a parcel', ({ tenant_id: tenantId, id }) =>
      runtime.transactAsSystem(tenantId, (tx) => dispatchByRule(tx, id)),
    );
  },
};

/** Says which positions have grown stale. */
const noteSilence: Task<LogisticsResources> = {
  name: 'stale-positions',
  everyMs: 1_000,
  async run(runtime) {
    const due = await runtime.crossTenant<Due>(
      `select tenant_id, shipment_id as id from "logistics"."position"
       where not is_stale and heard_at < now() - interval '15 seconds' order by heard_at limit 100`,
    );
    return each(runtime, due, 'Noting that a position is stale', ({ tenant_id: tenantId, id }) =>
      runtime.transactAsSystem(tenantId, (tx) => markStale(tx, id)),
    );
  },
};

/** Thins tracks that are older than two hours, and forgets those that are older than a month. */
const thinTracks: Task<LogisticsResources> = {
  name: 'thin-tracks',
  everyMs: 60_000,
  async run(runtime) {
    const due = await runtime.crossTenant<Due>(
      `select tenant_id, shipment_id as id from "logistics"."position"
       where thin_due_at <= now() order by thin_due_at limit 16`,
    );
    return each(runtime, due, 'Thinning a track', ({ tenant_id: tenantId, id }) =>
      runtime.transactAsSystem(tenantId, (tx) => thinTrack(tx, id)),
    );
  },
};

/** Forgets the ids of old webhooks. */
const forgetOldWebhooks: Task<LogisticsResources> = {
  name: 'old-webhooks',
  everyMs: 10 * 60_000,
  async run(runtime) {
    const due = await runtime.crossTenant<{ tenant_id: string }>(
      `select distinct tenant_id from (
         select tenant_id from "logistics"."carrier_webhook"
         where due_at is null and given_up_at is null and received_at < now() - interval '1 day' order by received_at limit 5000) old`,
    );
    const rows = due.map(({ tenant_id }) => ({ tenant_id, id: tenant_id }));
    return each(runtime, rows, 'Forgetting old webhooks', async ({ tenant_id: tenantId }) => {
      await runtime.transactAsSystem(tenantId, forgetWebhooks);
    });
  },
};

/** The background work of logistics. */
export const tasks = [workThroughWebhooks, speakWithCarriers, dispatchDue, noteSilence, thinTracks, forgetOldWebhooks];

/** What of parcels, positions and webhooks the relay role sees of every merchant: ids, and when something is due. */
export const timerGrants = [
  `grant select ("tenant_id", "id", "operation", "operation_due_at", "dispatch_due_at") on "logistics"."shipment" to "relay_logistics"`,
  `grant select ("tenant_id", "shipment_id", "is_stale", "heard_at", "thin_due_at") on "logistics"."position" to "relay_logistics"`,
  `grant select ("tenant_id", "id", "due_at", "received_at", "given_up_at") on "logistics"."carrier_webhook" to "relay_logistics"`,
];
