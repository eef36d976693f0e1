/** Every kind of caller that a token can describe. */
export const actorTypes = ['CUSTOMER', 'STAFF', 'APP', 'ANONYMOUS', 'PLATFORM_OPERATOR'] as const;

/** What kind of caller asks. */
export type ActorType = (typeof actorTypes)[number];

/** Who asks. */
export interface Actor {
  readonly type: ActorType;
  /** Bare UUID of the customer, staff member or API key; null for an anonymous caller. */
  readonly id: string | null;
  /** For display only; never a reason to grant anything. */
  readonly name?: string;
}

/** Who asks, for which merchant, and with which rights: what a subgraph learns about a request, and all it may trust. */
export interface Viewer {
  /** Bare UUID of the merchant; null for a platform operator, and then no tenant's row can be read. */
  readonly tenantId: string | null;
  readonly actor: Actor;
  readonly scopes: readonly string[];
  readonly requestId: string;
  /** W3C trace context of the client's request. */
  readonly traceparent?: string;
}

/** The caller without a token. */
export function anonymousViewer(requestId: string): Viewer {
  return { tenantId: null, actor: { type: 'ANONYMOUS', id: null }, scopes: [], requestId };
}

export const isActorType = (value: unknown): value is ActorType => actorTypes.some((type) => type === value);
