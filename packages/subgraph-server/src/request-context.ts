import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Actor, Transaction } from '@ordergraph/events';
import type { Viewer } from '@ordergraph/identity';
import type { Live } from './live.ts';
import type { FirstLook } from './waits.ts';

/** What a resolver works with: who asks, the tenant's data, and a way to change it. Lives as long as one request. */
export interface RequestContext {
  readonly viewer: Viewer;
  /** What the definition's `open` opened. */
  readonly resources: unknown;
  /** A fork for reading; its tenant is the viewer's. */
  readonly em: SqlEntityManager;
  /** Makes and checks cursors. */
  readonly cursors: CursorSeal;
  /** Runs a command in one transaction, as the viewer. A platform operator, who has no tenant, names one. */
  transact<Result>(command: (transaction: Transaction) => Promise<Result>, tenantId?: string): Promise<Result>;
  /**
   * Waits until `read` finds something, looking at once unless `firstLook` says otherwise, whenever `topic` is woken in
   * this process, and every quarter of a second. Answers null when the time is over.
   */
  waitFor<Found>(
    topic: string,
    read: () => Promise<Found | null>,
    timeoutMs: number,
    firstLook?: FirstLook,
  ): Promise<Found | null>;
  /** Whether a subgraph is part of this installation. */
  isRunning(subgraph: string): boolean;
  /** Streams for subscriptions. */
  readonly live: Live<RequestContext>;
  /** Reads over all tenants with the relay role. For platform operators' fields only. */
  crossTenant<Row extends Record<string, unknown>>(statement: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** Makes cursors that cannot be forged. */
export interface CursorSeal {
  seal(values: readonly unknown[]): string;
  /** Throws `BAD_USER_INPUT` for a cursor that this installation did not make for this list. */
  open(cursor: string): unknown[];
}

/** The tenant that the request is for. Every field but those for platform operators may rely on it. */
export function tenantOf(context: RequestContext): string {
  const { tenantId } = context.viewer;
  if (!tenantId) throw new Error('This field is reached without a tenant; authorise it before reading.');
  return tenantId;
}

/** Who acts, as events tell it. */
export function actorOf(viewer: Viewer): Actor {
  const { type, id } = viewer.actor;
  if (type === 'ANONYMOUS') return { type: 'CUSTOMER', id: null };
  if (type === 'PLATFORM_OPERATOR') return { type: 'STAFF', id };
  return { type, id };
}

/** The signed-in customer's id, or null for everybody else. */
export function customerOf(context: RequestContext): string | null {
  return context.viewer.actor.type === 'CUSTOMER' ? context.viewer.actor.id : null;
}

/** True for staff and partners' software, which reach all of their merchant's records within their scopes. */
export function isStaffOrApp(context: RequestContext): boolean {
  return context.viewer.actor.type === 'STAFF' || context.viewer.actor.type === 'APP';
}

/**
 * Makes something once per request, such as a set of DataLoaders: they batch what one request asks for and must never
 * outlive it, because they would hand one caller's rows to the next.
 */
export function perRequest<Value>(make: (context: RequestContext) => Value): (context: RequestContext) => Value {
  const made = new WeakMap<RequestContext, Value>();
  return (context) => {
    const known = made.get(context);
    if (known !== undefined) return known;
    const value = make(context);
    made.set(context, value);
    return value;
  };
}
