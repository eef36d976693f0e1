import { hash } from 'node:crypto';
import type { ContextSigner, Viewer } from '@ordergraph/identity';
import { GraphQLError } from 'graphql';
import type { KnownCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SubgraphClient } from '../subgraph-clients/subgraph-client.ts';
import { authClassOf } from './auth-class.ts';
import { createCohort, type Cohort, type Member } from './cohort.ts';
import { reasonOf } from './end-reason.ts';
import type { Hydrate } from './hydrate.ts';
import { createContextFor } from './hydration-context.ts';
import { PlanRefusal, type SubscriptionPlan } from './plan.ts';

/** What somebody wants to follow. */
export interface Wish {
  readonly plan: SubscriptionPlan;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly after: string | null;
  readonly viewer: Viewer;
  /** Whether it waits for a subgraph that is away, as somebody who was let in before; others are refused. */
  readonly isPatient: boolean;
}

/**
 * All cohorts of this gateway. Every subscriber starts with a stream of its own, under its own rights: that asks the
 * owning subgraph for permission, brings a snapshot of its own, or what came behind `after`. Once it stands at the same
 * cursor as the stream that its class shares, and was sent the same bytes, it moves over, and its own stream is closed.
 */
export interface Cohorts {
  /** Resolves once the subgraph has let the member in, or at once for a patient one; rejects with `StreamRefused`. */
  join(member: Member, wish: Wish): Promise<void>;
  /** Hands back the plan that the member was under, which a reload may have changed. */
  leave(member: Member): SubscriptionPlan | undefined;
  /** Plans every cohort again; ends those whose document no longer validates. */
  replan(plan: (text: SubscriptionPlan) => SubscriptionPlan): void;
  size(): number;
  closeAll(): void;
}

const lingerMs = 2_000;
const refusedForMs = 60_000;

export function createCohorts(options: {
  signer: ContextSigner | undefined;
  clientOf: (subgraph: string) => SubgraphClient | undefined;
  hydrate: Hydrate;
  log: Log;
}): Cohorts {
  const { signer, clientOf, hydrate, log } = options;
  const places = new Map<Member, Cohort>();
  const shared = new Map<string, Cohort>();
  /** Cohorts of one member that may still move, by the key under which they would be shared. */
  const own = new Map<string, Set<Cohort>>();
  const keys = new Map<Cohort, string | undefined>();
  const timers = new Map<Cohort, NodeJS.Timeout>();
  const refused = new Map<string, number>();

  const isShared = (cohort: Cohort): boolean => {
    const key = keys.get(cohort);
    return key !== undefined && shared.get(key) === cohort;
  };

  const start = (wish: Wish, isForClass: boolean): Cohort => {
    const authClass = authClassOf(wish.plan.share, wish.viewer);
    // Alone a subscriber asks under its own name, whatever it may share later.
    const asks =
      isForClass || authClass.isPrincipal ? authClass : { ...authClass, viewer: wish.viewer, key: undefined };
    const cohort = createCohort({
      plan: wish.plan,
      variables: wish.variables,
      authClass,
      contextFor: createContextFor(asks, signer),
      clientOf,
      hydrate,
      onDelivered,
      onEnd: (ended, errors) => {
        for (const member of dissolve(ended)) member.end(reasonOf(errors), errors);
      },
    });
    keys.set(cohort, keyOf(wish.plan, wish.variables, wish.viewer.tenantId, authClass.key));
    return cohort;
  };

  const addOwn = (cohort: Cohort): void => {
    const key = keys.get(cohort);
    if (key === undefined) return;
    const others = own.get(key);
    if (others) others.add(cohort);
    else own.set(key, new Set([cohort]));
  };

  const removeOwn = (cohort: Cohort, key: string): void => {
    const others = own.get(key);
    others?.delete(cohort);
    if (others?.size === 0) own.delete(key);
  };

  function forget(cohort: Cohort): void {
    clearTimer(cohort);
    const key = keys.get(cohort);
    keys.delete(cohort);
    if (key !== undefined) {
      if (shared.get(key) === cohort) shared.delete(key);
      removeOwn(cohort, key);
    }
    cohort.close();
  }

  function clearTimer(cohort: Cohort): void {
    clearTimeout(timers.get(cohort));
    timers.delete(cohort);
  }

  function setTimer(cohort: Cohort, ms: number, then: () => void): void {
    clearTimer(cohort);
    const timer = setTimeout(() => {
      timers.delete(cohort);
      then();
    }, ms);
    timer.unref();
    timers.set(cohort, timer);
  }

  /** Closes a shared cohort that nobody has joined for a while: a page that is loaded again comes back within it. */
  function linger(cohort: Cohort): void {
    setTimer(cohort, lingerMs, () => {
      if (cohort.members.size > 0) return;
      if (own.has(keys.get(cohort) ?? '')) linger(cohort);
      else forget(cohort);
    });
  }

  function onDelivered(cohort: Cohort): void {
    const key = keys.get(cohort);
    if (key === undefined) return;
    const target = shared.get(key);
    if (target === cohort) for (const other of own.get(key) ?? []) move(other, cohort);
    else if (target) move(cohort, target);
    else shareFrom(cohort, key);
  }

  /** Opens the stream that a class shares, once one of the class was let in under its own name. */
  function shareFrom(cohort: Cohort, key: string): void {
    if (cohort.authClass.isPrincipal) {
      removeOwn(cohort, key);
      shared.set(key, cohort);
      for (const other of own.get(key) ?? []) move(other, cohort);
      return;
    }
    if ((refused.get(key) ?? 0) > performance.now()) return;
    const { plan, variables, authClass } = cohort;
    const target = start({ plan, variables, after: null, viewer: authClass.viewer, isPatient: false }, true);
    shared.set(key, target);
    linger(target);
    target.open({ after: null, isPatient: false }).catch((cause: unknown) => {
      forget(target);
      refused.set(key, performance.now() + refusedForMs);
      if (refused.size > 1_000) refused.clear();
      log.warn('shared stream refused', {
        field: plan.field,
        reason: cause instanceof Error ? cause.message : undefined,
      });
    });
  }

  function move(from: Cohort, to: Cohort): void {
    if (from.plan.id !== to.plan.id || !isAtTheSame(from, to)) return;
    for (const member of from.members) {
      to.members.add(member);
      places.set(member, to);
    }
    from.members.clear();
    clearTimer(to);
    forget(from);
  }

  function leave(member: Member): SubscriptionPlan | undefined {
    const cohort = places.get(member);
    places.delete(member);
    if (!cohort) return undefined;
    cohort.members.delete(member);
    if (cohort.members.size > 0) return cohort.plan;
    if (isShared(cohort)) linger(cohort);
    else forget(cohort);
    return cohort.plan;
  }

  /** Closes a cohort and hands back who was in it. */
  function dissolve(cohort: Cohort): Member[] {
    const members = [...cohort.members];
    cohort.members.clear();
    forget(cohort);
    for (const member of members) places.delete(member);
    return members;
  }

  function swap(cohort: Cohort, next: SubscriptionPlan): void {
    // Who may share with whom has changed: each is asked for anew.
    if (JSON.stringify(next.share) !== JSON.stringify(cohort.plan.share)) {
      for (const member of dissolve(cohort)) member.rejoin(next);
      return;
    }
    const before = keys.get(cohort);
    const { viewer, key } = cohort.authClass;
    const after = before === undefined ? undefined : keyOf(next, cohort.variables, viewer.tenantId, key);
    if (before !== undefined && after !== undefined) {
      const wasShared = isShared(cohort);
      if (wasShared) shared.delete(before);
      else removeOwn(cohort, before);
      keys.set(cohort, after);
      if (wasShared) shared.set(after, cohort);
      else addOwn(cohort);
    }
    cohort.replan(next);
  }

  return {
    async join(member, wish) {
      const cohort = start(wish, false);
      const key = keys.get(cohort);
      // One principal's first stream is at once the one that its other tabs will share.
      if (key !== undefined && cohort.authClass.isPrincipal && wish.after === null && !shared.has(key))
        shared.set(key, cohort);
      else addOwn(cohort);
      cohort.members.add(member);
      places.set(member, cohort);
      try {
        await cohort.open(wish);
      } catch (error) {
        if (places.get(member) === cohort) places.delete(member);
        forget(cohort);
        throw error;
      }
    },
    leave,
    replan(planAgain) {
      // Those that are asked for anew join while this runs, and are planned already.
      const before = [...keys.keys()];
      for (const cohort of before) {
        try {
          swap(cohort, planAgain(cohort.plan));
        } catch (error) {
          if (!(error instanceof PlanRefusal))
            log.error('subscription not planned again', { field: cohort.plan.field }, error);
          for (const member of dissolve(cohort)) member.end('schema_reload', [schemaReload()]);
        }
      }
    },
    size: () => keys.size,
    closeAll() {
      for (const cohort of keys.keys()) forget(cohort);
      places.clear();
      refused.clear();
    },
  };
}

/**
 * Whether a member of one stream can go on with the other, missing nothing and getting nothing twice: both stand at the
 * same cursor for each key. Within a shared class the bytes have to be the same as well: whoever is shown less, or more,
 * than the class stays alone.
 */
function isAtTheSame(from: Cohort, to: Cohort): boolean {
  if (!from.position || !to.position || to.position.size === 0) return false;
  for (const [key, there] of to.position) {
    const here = from.position.get(key);
    if (there.cursor === undefined || here?.cursor !== there.cursor) return false;
    if (!from.authClass.isPrincipal && here.json !== there.json) return false;
  }
  return true;
}

/** Undefined where the subscription cannot be shared: nobody may, or no cursor says where a stream stands. */
function keyOf(
  plan: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
  tenantId: string | null,
  classKey: string | undefined,
): string | undefined {
  if (classKey === undefined || !plan.primary.hasCursor) return undefined;
  const used = Object.entries(variables)
    .filter(([name]) => name !== plan.after.onlyVariable)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return hash('sha256', JSON.stringify([plan.id, canonical(used), tenantId, classKey]), 'base64url');
}

/** The same value for objects that differ in the order of their fields only. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) => ({ [name]: canonical(inner) }));
}

const schemaReload = (): GraphQLError =>
  new GraphQLError('The schema has changed, and this subscription does not fit it any more. Load the client again.', {
    extensions: { code: 'SUBSCRIPTION_SCHEMA_RELOAD' satisfies KnownCode },
  });
