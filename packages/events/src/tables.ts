import { defineEntity, p } from '@mikro-orm/postgresql';
import { tenantTable } from '@ordergraph/tenancy';

/**
 * The tables that make a subgraph's messages reliable; each subgraph has its own set in its schema. The code of this
 * package reads and writes them by SQL, the entities stand for their definition.
 */
export function messagingTables(subgraph: string) {
  const outbox = defineEntity({
    name: 'OutboxMessage',
    ...tenantTable(subgraph, 'outbox', { relay: 'update' }),
    properties: {
      // An identity and not the event's id: relays read in the order of insertion, and rows of one aggregate are
      // inserted one after the other because they take its counter first.
      id: p.bigint('string').primary().autoincrement(),
      eventId: p.uuid(),
      tenantId: p.uuid(),
      aggregateId: p.uuid(),
      sequence: p.integer(),
      type: p.text(),
      version: p.integer(),
      payload: p.json<unknown>(),
      occurredAt: p.datetime(),
      correlationId: p.uuid(),
      causationId: p.uuid().nullable(),
      commandKey: p.text().nullable(),
      actorType: p.text(),
      actorId: p.uuid().nullable(),
      traceparent: p.text().nullable(),
      classification: p.text(),
      createdAt: p.datetime().defaultRaw('now()'),
      publishedAt: p.datetime().nullable(),
    },
    uniques: [{ properties: ['eventId'] }, { properties: ['tenantId', 'aggregateId', 'sequence'] }],
    indexes: [
      {
        name: 'outbox_unpublished_index',
        properties: ['id'],
        expression: `create index "outbox_unpublished_index" on "${subgraph}"."outbox" ("id") where "published_at" is null`,
      },
    ],
  });

  const outboxSequence = defineEntity({
    name: 'OutboxSequence',
    ...tenantTable(subgraph, 'outbox_sequence'),
    properties: {
      tenantId: p.uuid().primary(),
      aggregateId: p.uuid().primary(),
      sequence: p.integer(),
    },
  });

  const inbox = defineEntity({
    name: 'InboxMessage',
    ...tenantTable(subgraph, 'inbox'),
    properties: {
      tenantId: p.uuid().primary(),
      eventId: p.uuid().primary(),
      publisher: p.text(),
      receivedAt: p.datetime().defaultRaw('now()'),
    },
  });

  const mark = defineEntity({
    name: 'ConsumerMark',
    ...tenantTable(subgraph, 'consumer_mark'),
    properties: {
      tenantId: p.uuid().primary(),
      publisher: p.text().primary(),
      aggregateId: p.uuid().primary(),
      sequence: p.integer(),
    },
  });

  const parked = defineEntity({
    name: 'ParkedEvent',
    ...tenantTable(subgraph, 'parked_event', { relay: 'select' }),
    properties: {
      id: p.uuid().primary(),
      tenantId: p.uuid(),
      publisher: p.text(),
      aggregateId: p.uuid(),
      sequence: p.integer(),
      type: p.text(),
      envelope: p.json<unknown>(),
      // EARLY waits for its predecessor, FAILED for its next attempt, DEAD for a person.
      state: p.text(),
      attempts: p.integer(),
      nextAttemptAt: p.datetime(),
      lastError: p.text().nullable(),
      parkedAt: p.datetime().defaultRaw('now()'),
    },
    uniques: [{ properties: ['tenantId', 'publisher', 'aggregateId', 'sequence'] }],
    indexes: [{ properties: ['state', 'nextAttemptAt'] }],
  });

  const idempotency = defineEntity({
    name: 'IdempotencyKey',
    ...tenantTable(subgraph, 'idempotency_key'),
    properties: {
      tenantId: p.uuid().primary(),
      actor: p.text().primary(),
      operation: p.text().primary(),
      key: p.text().primary(),
      fingerprint: p.text(),
      outcome: p.json<unknown>().nullable(),
      createdAt: p.datetime().defaultRaw('now()'),
    },
  });

  return [outbox, outboxSequence, inbox, mark, parked, idempotency];
}

/** What the relay role of a subgraph may touch of these tables, beyond its policies: statements for the owner. */
export function messagingGrants(subgraph: string, relay: string): string[] {
  return [
    `grant select on "${subgraph}"."outbox", "${subgraph}"."parked_event" to "${relay}"`,
    `grant update ("published_at") on "${subgraph}"."outbox" to "${relay}"`,
  ];
}
