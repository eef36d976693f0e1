import type { Viewer } from '@ordergraph/identity';

/** What the subgraphs of the fixture know, and what a test may do to it. */
export interface World {
  versionOf(tenantId: string, shipmentId: string): number;
  /** One more version of a shipment; hands it back. */
  move(tenantId: string, shipmentId: string): number;
  statusOf(orderId: string): string;
  setStatus(orderId: string, status: string): void;
  /** Throws for a viewer who may not see these. */
  permit: (viewer: Viewer, shipmentIds: readonly string[]) => void;
  /** Streams that are open now, and how many ever were. */
  readonly streams: { open: number; ever: number };
  onMove(listener: (tenantId: string, shipmentId: string) => void): () => void;
}

export function aWorld(): World {
  const versions = new Map<string, number>();
  const statuses = new Map<string, string>();
  const listeners = new Set<(tenantId: string, shipmentId: string) => void>();
  return {
    versionOf: (tenantId, shipmentId) => versions.get(`${tenantId} ${shipmentId}`) ?? 1,
    move(tenantId, shipmentId) {
      const version = (versions.get(`${tenantId} ${shipmentId}`) ?? 1) + 1;
      versions.set(`${tenantId} ${shipmentId}`, version);
      for (const listener of listeners) listener(tenantId, shipmentId);
      return version;
    },
    statusOf: (orderId) => statuses.get(orderId) ?? 'NEW',
    setStatus: (orderId, status) => void statuses.set(orderId, status),
    permit: () => {},
    streams: { open: 0, ever: 0 },
    onMove(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * A stream as subgraphs make them: a snapshot, or what came behind the cursor, and then every version in order; with
 * `newest` the versions in between are left out.
 */
export function streamOf(
  world: World,
  tenantId: string,
  ids: readonly string[],
  after: string | null,
  newest: boolean,
): AsyncIterableIterator<unknown> {
  const [afterId, afterVersion] = after?.split(':') ?? [];
  const sent = new Map<string, number>();
  if (ids.length === 1 && afterId !== undefined && afterId === ids[0] && afterVersion !== undefined)
    sent.set(afterId, Number(afterVersion));
  let wake = (): void => {};
  let isClosed = false;
  const leave = world.onMove((tenant, id) => {
    if (tenant === tenantId && ids.includes(id)) wake();
  });
  world.streams.open++;
  world.streams.ever++;

  const look = (): unknown => {
    for (const id of ids) {
      const now = world.versionOf(tenantId, id);
      const last = sent.get(id);
      if (last !== undefined && last >= now) continue;
      const version = last === undefined || newest ? now : last + 1;
      sent.set(id, version);
      return { cursor: `${id}:${version}`, isSnapshot: last === undefined, shipment: { id, version } };
    }
    return undefined;
  };
  const end = (): IteratorReturnResult<undefined> => {
    if (!isClosed) {
      isClosed = true;
      world.streams.open--;
      leave();
      wake();
    }
    return { done: true, value: undefined };
  };
  const iterator: AsyncIterableIterator<unknown> = {
    async next() {
      while (!isClosed) {
        const update = look();
        if (update) return { done: false, value: update };
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return { done: true, value: undefined };
    },
    return: async () => end(),
    async throw(error) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
