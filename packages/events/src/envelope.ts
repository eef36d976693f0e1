/** What kind of caller acted. */
export type ActorType = 'CUSTOMER' | 'STAFF' | 'APP' | 'SYSTEM' | 'CARRIER';

/** Who did it. `id` is null for `SYSTEM` and for anonymous shoppers. */
export interface Actor {
  readonly type: ActorType;
  readonly id: string | null;
}

/**
 * One message with what travels beside its payload (CloudEvents 1.0 attributes, named as in code). Commands of a saga
 * are messages of their publisher like every event.
 */
export interface EventEnvelope<Payload = unknown> {
  /** UUIDv7 of this message; every attempt of a command has its own. */
  readonly id: string;
  /** Name of the contract, such as `OrderCreated`. */
  readonly type: string;
  readonly version: number;
  /** Name of the subgraph that published it. */
  readonly publisher: string;
  readonly tenantId: string;
  readonly aggregateId: string;
  /** Counts this publisher's messages for the aggregate from 1, without gaps. */
  readonly sequence: number;
  /** When it became true, RFC 3339. */
  readonly occurredAt: string;
  /** The same for everything that one request caused. */
  readonly correlationId: string;
  /** The message that led to this one. */
  readonly causationId: string | null;
  /** For commands and their answers: `<saga id>:<step>`, the same for every attempt. */
  readonly commandKey: string | null;
  readonly actor: Actor;
  readonly traceparent: string | null;
  readonly classification: string;
  readonly payload: Payload;
}

/** A row of an outbox as PostgreSQL returns it. */
export interface OutboxRow {
  id: string;
  event_id: string;
  tenant_id: string;
  aggregate_id: string;
  sequence: number;
  type: string;
  version: number;
  payload: unknown;
  occurred_at: Date;
  correlation_id: string;
  causation_id: string | null;
  command_key: string | null;
  actor_type: ActorType;
  actor_id: string | null;
  traceparent: string | null;
  classification: string;
}

/** A message that is safe in its outbox. */
export interface StoredMessage {
  /** Identity of its row, which counts up in the order of insertion. */
  readonly outboxId: string;
  readonly envelope: EventEnvelope;
}

/** The envelope that a stored outbox row stands for. */
export function envelopeOf(publisher: string, row: OutboxRow): EventEnvelope {
  return {
    id: row.event_id,
    type: row.type,
    version: row.version,
    publisher,
    tenantId: row.tenant_id,
    aggregateId: row.aggregate_id,
    sequence: row.sequence,
    occurredAt: row.occurred_at.toISOString(),
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    commandKey: row.command_key,
    actor: { type: row.actor_type, id: row.actor_id },
    traceparent: row.traceparent,
    classification: row.classification,
    payload: row.payload,
  };
}
