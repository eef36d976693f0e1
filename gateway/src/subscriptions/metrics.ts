import type { EndReason } from './end-reason.ts';
import type { Waiting } from './waiting.ts';

/** How clients are connected. */
export type Transport = 'graphql-ws' | 'graphql-sse';

/** What the live part of a gateway has done so far. */
export interface LiveMetrics {
  /** Subscriptions that run now, by `field` and `transport`. */
  readonly subscriptionsActive: ReadonlyMap<string, number>;
  readonly socketsActive: number;
  readonly cohortsActive: number;
  /** Events that were completed by the other subgraphs: once each, however many read them. */
  readonly hydrations: number;
  /** Messages handed to subscribers. Divided by `hydrations` it is the fan-in. */
  readonly deliveries: number;
  /** Values that a slow reader never saw because a newer one came. */
  readonly conflated: number;
  /** What waits for readers now, in queues and at sockets. */
  readonly waiting: Waiting;
  /** `_entities` fetches of hydrations, and how many of them were merged into those. */
  readonly entityFetches: number;
  readonly entityFetchesMerged: number;
  readonly ends: ReadonlyMap<EndReason, number>;
  /** From an event's arrival at the gateway, not its commit, until the socket took it: counts by upper bound in seconds. */
  readonly eventToSocket: {
    readonly buckets: ReadonlyMap<number, number>;
    readonly sum: number;
    readonly count: number;
  };
}

/** Counts what happens. Labels are fields, transports and reasons: never a merchant, a customer or an order. */
export interface LiveCounters {
  started(field: string, transport: Transport): void;
  ended(field: string, transport: Transport, reason: EndReason): void;
  hydrated(): void;
  delivered(): void;
  conflated(): void;
  entitiesFetched(merged: number): void;
  sent(receivedAt: number): void;
  read(now: { sockets: number; cohorts: number; waiting: Waiting }): LiveMetrics;
}

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createLiveCounters(): LiveCounters {
  const active = new Map<string, number>();
  const ends = new Map<EndReason, number>();
  const buckets = new Map(bounds.map((bound) => [bound, 0]));
  const counts = { hydrations: 0, deliveries: 0, conflated: 0, entityFetches: 0, entityFetchesMerged: 0 };
  let sum = 0;
  let count = 0;

  const add = (field: string, transport: Transport, change: number): void => {
    const key = `field="${field}",transport="${transport}"`;
    const now = (active.get(key) ?? 0) + change;
    if (now === 0) active.delete(key);
    else active.set(key, now);
  };

  return {
    started: (field, transport) => add(field, transport, 1),
    ended(field, transport, reason) {
      add(field, transport, -1);
      ends.set(reason, (ends.get(reason) ?? 0) + 1);
    },
    hydrated: () => void counts.hydrations++,
    delivered: () => void counts.deliveries++,
    conflated: () => void counts.conflated++,
    entitiesFetched(merged) {
      counts.entityFetches++;
      counts.entityFetchesMerged += merged;
    },
    sent(receivedAt) {
      const seconds = (performance.now() - receivedAt) / 1000;
      sum += seconds;
      count++;
      for (const bound of bounds) {
        if (seconds > bound) continue;
        buckets.set(bound, (buckets.get(bound) ?? 0) + 1);
        break;
      }
    },
    read: ({ sockets, cohorts, waiting }) => ({
      subscriptionsActive: new Map(active),
      socketsActive: sockets,
      cohortsActive: cohorts,
      waiting,
      ...counts,
      ends: new Map(ends),
      eventToSocket: { buckets: new Map(buckets), sum, count },
    }),
  };
}

/** The metrics in Prometheus' text format, version 0.0.4. */
export function prometheusText(metrics: LiveMetrics): string {
  const lines: string[] = [];
  const write = (name: string, type: 'gauge' | 'counter', help: string, values: Iterable<[string, number]>): void => {
    lines.push(`# HELP ordergraph_${name} ${help}`, `# TYPE ordergraph_${name} ${type}`);
    for (const [labels, value] of values) lines.push(`ordergraph_${name}${labels ? `{${labels}}` : ''} ${value}`);
  };
  const one = (value: number): [string, number][] => [['', value]];
  const ends = [...metrics.ends].map(([reason, value]): [string, number] => [`reason="${reason}"`, value]);
  write('subscriptions_active', 'gauge', 'Subscriptions that run now.', metrics.subscriptionsActive);
  write('sockets_active', 'gauge', 'Open sockets and event streams.', one(metrics.socketsActive));
  write('cohorts_active', 'gauge', 'Streams of events that are read from subgraphs.', one(metrics.cohortsActive));
  write('hydrations_total', 'counter', 'Events completed by other subgraphs.', one(metrics.hydrations));
  write('deliveries_total', 'counter', 'Messages handed to subscribers.', one(metrics.deliveries));
  write(
    'conflated_total',
    'counter',
    'Values replaced by newer ones before a slow reader saw them.',
    one(metrics.conflated),
  );
  const { frames, bytes } = metrics.waiting;
  write('waiting_frames', 'gauge', 'Messages that readers have not taken yet.', one(frames));
  write('waiting_bytes', 'gauge', 'Bytes that readers have not taken yet.', one(bytes));
  write('entity_fetches_total', 'counter', 'Fetches of entities for events.', one(metrics.entityFetches));
  write('entity_fetches_merged_total', 'counter', 'Fetches that those answered.', one(metrics.entityFetchesMerged));
  write('subscription_ends_total', 'counter', 'Ended subscriptions by reason.', ends);

  const { buckets, sum, count } = metrics.eventToSocket;
  const name = 'ordergraph_event_to_socket_seconds';
  lines.push(
    `# HELP ${name} From an event's arrival at the gateway, not its commit, until the socket took it.`,
    `# TYPE ${name} histogram`,
  );
  let upTo = 0;
  for (const [bound, value] of buckets) lines.push(`${name}_bucket{le="${bound}"} ${(upTo += value)}`);
  lines.push(`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`);
  return `${lines.join('\n')}\n`;
}
