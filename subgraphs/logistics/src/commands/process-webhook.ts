import type { Transaction } from '@ordergraph/events';
import { SubjectErasedError, type Sealed } from '@ordergraph/sealing';
import { findRow, findRows, updateRow } from '@ordergraph/tenancy';
import type { Carrier, CarrierMessage, StatusMessage } from '../carriers/carrier.ts';
import { believedTime } from '../domain/carrier-clock.ts';
import { CarrierWebhook } from '../entities/carrier-webhook.entity.ts';
import { Position } from '../entities/position.entity.ts';
import { Shipment } from '../entities/shipment.entity.ts';
import { TrackingEvent } from '../entities/tracking-event.entity.ts';
import { locationSubject, noticeOf } from '../tracking/live-position.ts';
import { summarise } from '../tracking/positions.ts';
import { readKnownFixes, readErrors, Tracker, writePositions } from '../tracking/tracker.ts';
import { recordReport } from './shipment-rows.ts';

/** What a webhook came to, for the log. */
export interface WebhookOutcome {
  readonly accepted: number;
  readonly dropped: number;
  /** Words of the carrier that nobody here knows. */
  readonly unknownWords: readonly string[];
  /** Messages about parcels that the merchant does not have. */
  readonly strangers: number;
  /** Times of reports that cannot be, as they came. */
  readonly oddTimes: readonly Date[];
}

const nothing: WebhookOutcome = { accepted: 0, dropped: 0, unknownWords: [], strangers: 0, oddTimes: [] };

/** A webhook to work through. */
export interface WebhookWork {
  readonly id: string;
  readonly carrierOf: (code: string) => Carrier | null;
  /** Only the message at this place, after which the webhook is not over. Absent: all of it. */
  readonly only?: number;
}

/** What a kept webhook says; null for what is no report about this merchant. */
function reportIn(tx: Transaction, { carrierCode, body }: CarrierWebhook, carrierOf: WebhookWork['carrierOf']) {
  const report = body == null ? null : (carrierOf(carrierCode)?.parse(Buffer.from(body)) ?? null);
  return report?.account === tx.tenantId ? report : null;
}

/** How many messages a webhook has that is still to be worked through. */
export async function countMessages(tx: Transaction, { id, carrierOf }: Omit<WebhookWork, 'only'>): Promise<number> {
  const webhook = await findRow(tx.em, CarrierWebhook, { id });
  return (webhook?.dueAt && reportIn(tx, webhook, carrierOf)?.messages.length) || 0;
}

/**
 * Works through one webhook or one message of it, whatever else came before or comes after: lists reports, moves statuses,
 * filters fixes, estimates. The number of statements does not depend on the number of fixes. Null: it is over already, or
 * another process has it in hands.
 */
export async function processWebhook(
  tx: Transaction,
  { id, carrierOf, only }: WebhookWork,
): Promise<WebhookOutcome | null> {
  const [webhook] = await findRows(tx.em, CarrierWebhook, { id }, { lock: 'skip' });
  if (!webhook?.dueAt || webhook.body == null) return null;
  const report = reportIn(tx, webhook, carrierOf);
  if (only === undefined) {
    updateRow(tx.em, CarrierWebhook, webhook, {
      body: null,
      dueAt: null,
      attempts: webhook.attempts + 1,
      problem: report ? null : 'Not a report of this carrier.',
    });
  }
  const messages = only === undefined ? report?.messages : report?.messages.slice(only, only + 1);
  if (!messages?.length) return nothing;

  const byReference = Map.groupBy(messages, ({ reference }) => reference);
  const ids = [...byReference.keys()];
  const [shipments, positions, listed, known, errors] = await Promise.all([
    findRows(tx.em, Shipment, { id: ids, carrierCode: webhook.carrierCode }, { orderBy: { id: 'asc' }, lock: 'wait' }),
    findRows(tx.em, Position, { shipmentId: ids }, { orderBy: { shipmentId: 'asc' }, lock: 'wait' }),
    findRows(tx.em, TrackingEvent, { carrierReference: referencesOf(messages), shipmentId: ids }),
    readKnownFixes(tx, messages),
    readErrors(tx, webhook.carrierCode),
  ]);
  const isListed = new Set(listed.map(({ shipmentId, carrierReference }) => `${shipmentId} ${carrierReference}`));
  const trackers: Tracker[] = [];
  const unknownWords: string[] = [];
  const oddTimes: Date[] = [];
  for (const shipment of shipments) {
    const position = positions.find(({ shipmentId }) => shipmentId === shipment.id) ?? null;
    const tracker = new Tracker(tx, shipment, position, known, errors);
    for (const message of byReference.get(shipment.id) ?? []) {
      if (message.kind === 'fix') {
        tracker.take(message.fix, message.stopsLeft);
        continue;
      }
      const key = `${shipment.id} ${message.id}`;
      if (isListed.has(key)) continue;
      isListed.add(key);
      if (!message.isKnown) unknownWords.push(message.carrierStatus);
      const occurredAt = believedTime(message.occurredAt, {
        createdAt: shipment.createdAt,
        receivedAt: webhook.receivedAt,
      });
      if (occurredAt !== message.occurredAt) oddTimes.push(message.occurredAt);
      await takeStatus(tx, shipment, { message, occurredAt }, tracker);
    }
    tracker.settle();
    trackers.push(tracker);
  }
  writePositions(tx, trackers);
  for (const { shipment, position } of trackers)
    tx.publishLive(locationSubject(shipment.id), noticeOf(shipment, position));
  return {
    accepted: trackers.reduce((sum, { accepted }) => sum + accepted, 0),
    dropped: trackers.reduce((sum, { dropped }) => sum + dropped, 0),
    unknownWords,
    oddTimes,
    strangers: messages.length - shipments.reduce((sum, one) => sum + (byReference.get(one.id)?.length ?? 0), 0),
  };
}

const referencesOf = (messages: readonly CarrierMessage[]): string[] =>
  messages.flatMap((message) => (message.kind === 'status' ? [message.id] : []));

async function takeStatus(
  tx: Transaction,
  shipment: Shipment,
  { message, occurredAt }: { readonly message: StatusMessage; readonly occurredAt: Date },
  tracker: Tracker,
): Promise<void> {
  const { status, point, carrierStatus, description } = message;
  const isOdd = occurredAt !== message.occurredAt;
  const signedBy = status === 'DELIVERED' && message.signedBy ? await sealName(tx, shipment, message.signedBy) : null;
  const { hasMoved } = recordReport(tx, shipment, {
    status,
    description,
    occurredAt,
    clockAt: message.occurredAt,
    source: 'CARRIER',
    point,
    carrierStatus,
    carrierReference: message.id,
    reason: isOdd ? `The carrier says that it was at ${message.occurredAt.toISOString()}, which cannot be.` : null,
    also: signedBy ? { signedBy } : {},
  });
  if (hasMoved && status === 'DELIVERED') {
    tracker.learn(occurredAt);
    summarise(tx, shipment, tracker.position);
  }
}

/** A name is sealed for the person that the order is for. Once they are erased, it is not kept. */
async function sealName(tx: Transaction, { customerId, cartId }: Shipment, name: string): Promise<Sealed | null> {
  try {
    return await tx.sealing.seal(tx.em, tx.tenantId, customerId ?? cartId, name);
  } catch (error) {
    if (error instanceof SubjectErasedError) return null;
    throw error;
  }
}

const attemptPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;
const triedForMs = 3 * 24 * 60 * 60_000;
const partedAfter = 3;

/** What becomes of a webhook that could not be worked through. */
export type WebhookFate = 'TRIED_AGAIN' | 'TRIED_IN_PARTS' | 'GIVEN_UP';

/**
 * Notes that a webhook could not be worked through. It is tried again, ever later, for three days, and from the third time on
 * also message by message; then it is given up and kept, since the carrier was told that it arrived.
 */
export async function postponeWebhook(tx: Transaction, id: string, problem: string): Promise<WebhookFate> {
  const webhook = await findRow(tx.em, CarrierWebhook, { id }, { lock: 'wait' });
  if (!webhook?.dueAt) return 'TRIED_AGAIN';
  const attempts = webhook.attempts + 1;
  const isGivenUp = tx.now.getTime() - webhook.receivedAt.getTime() >= triedForMs;
  const pauseMs = Math.min(attemptPauseMs * attempts, longestPauseMs);
  updateRow(tx.em, CarrierWebhook, webhook, {
    attempts,
    problem: problem.slice(0, 500),
    dueAt: isGivenUp ? null : new Date(tx.now.getTime() + pauseMs),
    givenUpAt: isGivenUp ? tx.now : null,
  });
  if (isGivenUp) return 'GIVEN_UP';
  return attempts >= partedAfter ? 'TRIED_IN_PARTS' : 'TRIED_AGAIN';
}

/**
 * Notes what came of working through each message of a webhook by itself: it is over, or, with the problem of those that could
 * not be, stays due. What went through is known when it comes again.
 */
export async function settleParts(tx: Transaction, id: string, problem: string | null): Promise<void> {
  const webhook = await findRow(tx.em, CarrierWebhook, { id }, { lock: 'wait' });
  if (!webhook?.dueAt) return;
  updateRow(
    tx.em,
    CarrierWebhook,
    webhook,
    problem === null ? { body: null, dueAt: null, problem } : { problem: problem.slice(0, 500) },
  );
}
