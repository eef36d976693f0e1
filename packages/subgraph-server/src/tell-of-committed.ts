import type { EventEnvelope } from '@ordergraph/events';
import type { LiveSubject } from '@ordergraph/live';
import type { EventPayloads } from '@ordergraph/schema';
import type { Runtime, SubgraphDefinition } from './definition.ts';

/** Tells a subgraph's cache and its subscriptions of one of its own events, which is committed. */
export function tellOfCommitted(definition: SubgraphDefinition, runtime: Runtime, event: EventEnvelope): void {
  const { type, tenantId, payload } = event;
  definition.onCommitted?.(runtime, event);
  // The contract checked the payload when it was written, under this very name.
  const subjectsOf = definition.liveSubjects?.[type as keyof EventPayloads] as
    | ((payload: unknown) => readonly LiveSubject[])
    | undefined;
  for (const subject of subjectsOf?.(payload) ?? []) runtime.publishLive(tenantId, subject, {});
}
