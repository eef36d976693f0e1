import type { ExecutionResult, GraphQLError } from 'graphql';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';
import type { AuthClass } from './auth-class.ts';
import { errorsOf } from './client-errors.ts';
import type { EndReason } from './end-reason.ts';
import type { Frame } from './frame.ts';
import { cursorOf, type Hydrate } from './hydrate.ts';
import type { ContextFor } from './hydration-context.ts';
import type { SubscriptionPlan } from './plan.ts';
import { openPrimaryStream, type PrimaryStream } from './primary-stream.ts';

/** One subscriber, as its cohort knows it. */
export interface Member {
  receive(frame: Frame): void;
  /** No more frames will come; without errors the stream is complete. */
  end(reason: EndReason, errors: readonly GraphQLError[]): void;
  /** Its cohort is gone: it has to ask again under its own rights, behind what it has received. */
  rejoin(plan: SubscriptionPlan): void;
}

/** Everybody who receives the same bytes: one stream of events, each hydrated once. */
export interface Cohort {
  readonly plan: SubscriptionPlan;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly authClass: AuthClass;
  readonly members: Set<Member>;
  /** The newest frame of each key: where the stream stands. Undefined when there are more keys than can be compared. */
  readonly position: ReadonlyMap<string, Frame> | undefined;
  /**
   * Resolves once the owning subgraph has let it in; rejects with `StreamRefused`. Who was let in before is patient: it
   * waits for a subgraph that is away, and what that says then comes by `onEnd`.
   */
  open(where: { after: string | null; isPatient: boolean }): Promise<void>;
  /** Goes on under another plan: with the same stream where it asks the same, else with one opened behind the last cursor. */
  replan(plan: SubscriptionPlan): void;
  close(): void;
}

const mostKeys = 256;

export function createCohort(options: {
  plan: SubscriptionPlan;
  variables: Readonly<Record<string, unknown>>;
  authClass: AuthClass;
  contextFor: ContextFor;
  clientOf: (subgraph: string) => SubgraphClient | undefined;
  hydrate: Hydrate;
  onDelivered: (cohort: Cohort) => void;
  onEnd: (cohort: Cohort, errors: readonly GraphQLError[]) => void;
}): Cohort {
  const { variables, authClass, contextFor, clientOf, hydrate, onDelivered, onEnd } = options;
  let { plan } = options;
  let stream: PrimaryStream | undefined;
  let cursor: string | undefined;
  let position: Map<string, Frame> | undefined = new Map();
  let isClosed = false;
  /** Counts the streams, so that what an earlier one still had on its way is dropped. */
  let opened = 0;

  const end = (errors: readonly GraphQLError[]): void => {
    if (isClosed) return;
    cohort.close();
    onEnd(cohort, errors);
  };

  const deliver = async (turn: number, event: ExecutionResult, receivedAt: number): Promise<void> => {
    let frame: Frame;
    try {
      frame = await hydrate({ plan, event, variables, context: contextFor(), receivedAt });
    } catch (cause) {
      return end(errorsOf(cause));
    }
    if (isClosed || turn !== opened) return;
    cursor = frame.cursor ?? cursor;
    position?.set(frame.key, frame);
    if (position && position.size > mostKeys) position = undefined;
    for (const member of cohort.members) member.receive(frame);
    onDelivered(cohort);
  };

  const cohort: Cohort = {
    get plan() {
      return plan;
    },
    get position() {
      return position;
    },
    variables,
    authClass,
    members: new Set(),
    async open({ after, isPatient }) {
      // Opened again before anything has come, it has to begin at the same place.
      cursor = after ?? undefined;
      const turn = ++opened;
      const { primary } = plan;
      const client = clientOf(primary.subgraph);
      if (!client) throw new Error(`No client reaches the subgraph "${primary.subgraph}".`);
      const fresh = await openPrimaryStream({
        client,
        primary,
        variables,
        after,
        isPatient,
        contextFor,
        cursorOf: (event) => cursorOf(plan, event),
        deliver: (event, receivedAt) => deliver(turn, event, receivedAt),
        onEnd: (errors) => {
          if (turn === opened) end(errors);
        },
      });
      if (isClosed || turn !== opened) return fresh.close();
      stream = fresh;
    },
    replan(next) {
      const before = plan.primary;
      plan = next;
      if (before.query === next.primary.query && before.subgraph === next.primary.subgraph) return;
      stream?.close();
      stream = undefined;
      cohort.open({ after: cursor ?? null, isPatient: true }).catch((error: unknown) => {
        end(errorsOf(error));
      });
    },
    close() {
      isClosed = true;
      opened++;
      stream?.close();
      stream = undefined;
    },
  };
  return cohort;
}
