import { headers, type Msg, type MsgHdrs } from 'nats';
import type { ReplayRequest } from './bus.ts';
import type { ActorType, EventEnvelope } from './envelope.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const actorTypes: readonly ActorType[] = ['CUSTOMER', 'STAFF', 'APP', 'SYSTEM', 'CARRIER'];

/** `evt.<tenant>.<publisher>.<event>.<aggregate>`: what a consumer filters on and what authorises a connection. */
export function subjectOf(event: EventEnvelope): string {
  return `evt.${event.tenantId}.${event.publisher}.${event.type}.${event.aggregateId}`;
}

export const dataOf = (event: EventEnvelope): Uint8Array => encoder.encode(JSON.stringify(event.payload));

/** Attributes of CloudEvents 1.0 in binary mode, for anybody who reads the stream without our code. */
export function headersOf(event: EventEnvelope): MsgHdrs {
  const attributes = headers();
  attributes.set('ce-specversion', '1.0');
  attributes.set('ce-id', event.id);
  attributes.set('ce-type', `ordergraph.${event.publisher}.${event.type}.v${event.version}`);
  attributes.set('ce-source', `/ordergraph/${event.publisher}`);
  attributes.set('ce-subject', event.aggregateId);
  attributes.set('ce-time', event.occurredAt);
  attributes.set('ce-tenantid', event.tenantId);
  attributes.set('ce-correlationid', event.correlationId);
  if (event.causationId) attributes.set('ce-causationid', event.causationId);
  attributes.set('ce-sequence', String(event.sequence).padStart(20, '0'));
  if (event.commandKey) attributes.set('ce-commandkey', event.commandKey);
  if (event.traceparent) attributes.set('ce-traceparent', event.traceparent);
  attributes.set('ce-actortype', event.actor.type);
  if (event.actor.id) attributes.set('ce-actorid', event.actor.id);
  attributes.set('ce-dataclassification', event.classification);
  attributes.set('ce-datacontenttype', 'application/json');
  return attributes;
}

/**
 * The envelope that a message carries. Throws when its subject names another tenant, publisher or aggregate than its
 * headers, and when a header holds what a consumer could not even store: such a message would come back for ever.
 */
export function envelopeOfMessage(message: Pick<Msg, 'headers' | 'data' | 'subject'>): EventEnvelope {
  const value = (name: string): string => message.headers?.get(`ce-${name}`) ?? '';
  const id = (name: string): string => {
    if (uuid.test(value(name))) return value(name);
    throw new Error(`Expected a UUID in the header ce-${name}.`);
  };
  const optionalId = (name: string): string | null => (value(name) === '' ? null : id(name));
  const [, publisher = '', type = '', version = ''] =
    /^ordergraph\.([^.]+)\.([^.]+)\.v(\d+)$/.exec(value('type')) ?? [];
  const actorType = actorTypes.find((known) => known === value('actortype'));
  const sequence = Number(value('sequence'));
  if (!actorType) throw new Error('The header ce-actortype names no kind of actor.');
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > 2 ** 31 - 1) {
    throw new Error('Expected a count from 1 in the header ce-sequence.');
  }
  if (Number.isNaN(Date.parse(value('time')))) throw new Error('Expected an instant in the header ce-time.');
  const event: EventEnvelope = {
    id: id('id'),
    type,
    version: Number(version),
    publisher,
    tenantId: id('tenantid'),
    aggregateId: id('subject'),
    sequence,
    occurredAt: value('time'),
    correlationId: id('correlationid'),
    causationId: optionalId('causationid'),
    commandKey: value('commandkey') || null,
    actor: { type: actorType, id: optionalId('actorid') },
    traceparent: value('traceparent') || null,
    classification: value('dataclassification'),
    payload: JSON.parse(decoder.decode(message.data)),
  };
  if (subjectOf(event) !== message.subject) {
    throw new Error(`The subject and the headers of the message disagree; expected ${subjectOf(event)}.`);
  }
  return event;
}

export const replayRequestData = (request: ReplayRequest): Uint8Array => encoder.encode(JSON.stringify(request));

/** Reads a request that came over the wire. Throws when it is not one. */
export function readReplayRequest(data: Uint8Array): ReplayRequest {
  const value: unknown = JSON.parse(decoder.decode(data));
  if (typeof value !== 'object' || value === null) throw new Error('Expected a replay request.');
  const { publisher, tenantId, aggregateId, fromSequence, toSequence } = Object.fromEntries(Object.entries(value));
  if (
    typeof publisher !== 'string' ||
    typeof tenantId !== 'string' ||
    typeof aggregateId !== 'string' ||
    !Number.isInteger(fromSequence) ||
    !Number.isInteger(toSequence)
  ) {
    throw new Error('Expected a replay request: publisher, tenantId, aggregateId, fromSequence, toSequence.');
  }
  return { publisher, tenantId, aggregateId, fromSequence: Number(fromSequence), toSequence: Number(toSequence) };
}
