import type { Viewer } from '@ordergraph/identity';
import { GraphQLError } from 'graphql';
import { Refusal, type KnownCode } from '../errors.ts';
import { errorsOf, OperationErrors } from './client-errors.ts';
import type { Member } from './cohort.ts';
import type { Cohorts } from './cohorts.ts';
import { reasonOf, type EndReason } from './end-reason.ts';
import type { Frame } from './frame.ts';
import type { LiveCounters, Transport } from './metrics.ts';
import type { SubscriptionPlan } from './plan.ts';
import { createFrameQueue, type FrameQueue } from './queue.ts';

/** One client's subscription: frames to send, and what may happen to it from outside. */
export interface LiveSubscription {
  readonly frames: FrameQueue;
  /** Asks for permission again where the viewer's rights have changed, and goes on behind what was received. */
  reauthorise(viewer: Viewer): void;
  end(reason: EndReason): void;
}

/** The errors that end a subscription, for the transport to send. */
export class SubscriptionEnded extends OperationErrors {
  override readonly name = 'SubscriptionEnded';
}

/** Starts a subscription; rejects with `StreamRefused` when the owning subgraph says no. */
export async function startSubscription(options: {
  plan: SubscriptionPlan;
  variables: Readonly<Record<string, unknown>>;
  after: string | null;
  viewer: Viewer;
  transport: Transport;
  cohorts: Cohorts;
  counters: LiveCounters;
  /** Takes what one event, or one opening, costs; throws a `Refusal` when the caller has used up its points. */
  charge: () => unknown;
  onEnd: () => void;
}): Promise<LiveSubscription> {
  const { variables, transport, cohorts, counters, charge, onEnd } = options;
  let { plan, viewer } = options;
  const { field } = plan;
  let cursor = options.after;
  let isEnded = false;

  const end = (reason: EndReason, errors: readonly GraphQLError[] = []): void => {
    if (isEnded) return;
    isEnded = true;
    cohorts.leave(member);
    counters.ended(field, transport, reason);
    if (errors.length > 0) frames.fail(new SubscriptionEnded(errors));
    else frames.finish();
    onEnd();
  };

  const isPaid = (): boolean => {
    try {
      charge();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      end('limit', errorsOf(error));
      return false;
    }
  };

  // The first event is paid for with the subscription itself.
  let isFirst = true;
  const receive = (frame: Frame): void => {
    if (isEnded || (!isFirst && !isPaid())) return;
    isFirst = false;
    counters.delivered();
    cursor = frame.cursor ?? cursor;
    const outcome = frames.push(frame);
    if (outcome === 'conflated') counters.conflated();
    if (outcome === 'overflow') end('slow_consumer', [slowConsumer()]);
  };

  let asked = 0;
  const askAgain = (): void => {
    const turn = ++asked;
    cohorts.join(member, { plan, variables, after: cursor, viewer, isPatient: true }).catch((error: unknown) => {
      // A newer question has taken its place.
      if (turn !== asked) return;
      const errors = errorsOf(error);
      end(reasonOf(errors), errors);
    });
  };

  const frames = createFrameQueue({ mode: plan.delivery.mode, onReturn: () => end('client_disconnect') });
  const member: Member = {
    receive,
    end,
    rejoin(next) {
      plan = next;
      if (!isEnded) askAgain();
    },
  };

  counters.started(field, transport);
  try {
    await cohorts.join(member, { plan, variables, after: cursor, viewer, isPatient: false });
  } catch (error) {
    end(reasonOf(errorsOf(error)));
    throw error;
  }
  return {
    frames,
    reauthorise(next) {
      const before = viewer;
      viewer = next;
      if (isEnded || hasSameRights(before, next) || !isPaid()) return;
      plan = cohorts.leave(member) ?? plan;
      askAgain();
    },
    end: (reason) => end(reason),
  };
}

const hasSameRights = (one: Viewer, other: Viewer): boolean =>
  one.tenantId === other.tenantId &&
  one.actor.type === other.actor.type &&
  one.actor.id === other.actor.id &&
  new Set([...one.scopes, ...other.scopes]).size === new Set(one.scopes).size &&
  new Set(one.scopes).size === new Set(other.scopes).size;

const slowConsumer = (): GraphQLError =>
  new GraphQLError(
    'Events came faster than this connection took them. Subscribe again with "after" set to the last cursor that came.',
    { extensions: { code: 'SLOW_CONSUMER' satisfies KnownCode } },
  );
