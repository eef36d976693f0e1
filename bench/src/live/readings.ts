/** What a server can say about itself. */
export interface Readings {
  readonly hydrations: number;
  readonly cohorts: number;
  readonly sockets: number;
  readonly conflated: number;
  /** What readers have not taken yet: events in queues, and bytes at sockets. */
  readonly waiting: { readonly frames: number; readonly bytes: number };
  /** Ended subscriptions by reason, where reasons are known. */
  readonly ends: Readonly<Record<string, number>>;
}
