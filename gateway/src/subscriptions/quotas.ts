import type { Viewer } from '@ordergraph/identity';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors.ts';
import { createBucket, createTally, type LiveLimits } from './limits.ts';
import { principalKey } from './session.ts';

/** How many connections callers, addresses and merchants hold. */
export interface Quotas {
  /** False when this address opens connections too fast. */
  admitsConnection(address: string): boolean;
  /** Counts a connection until the returned function is called; throws a `Refusal` over a limit. */
  hold(viewer: Viewer, address: string, kind: 'socket' | 'stream'): () => void;
  size(): number;
}

const rememberedAddresses = 50_000;

export function createQuotas(limits: LiveLimits): Quotas {
  const principals = createTally();
  const tenants = createTally();
  const buckets = new LRUCache<string, () => boolean>({ max: rememberedAddresses });

  return {
    admitsConnection(address) {
      let take = buckets.get(address);
      if (!take) buckets.set(address, (take = createBucket(limits.connections)));
      return take();
    },
    hold(viewer, address, kind) {
      const { key, isNamed } = principalKey(viewer, address);
      const ofPrincipal = `${kind} ${key}`;
      const most = isNamed
        ? kind === 'socket'
          ? limits.socketsPerPrincipal
          : limits.streamsPerPrincipal
        : limits.socketsPerAddress;
      if (!principals.take(ofPrincipal, most)) throw tooMany(`${kind}s of one caller`, most);
      const tenant = viewer.tenantId ?? 'none';
      if (!tenants.take(tenant, limits.socketsPerTenant)) {
        principals.release(ofPrincipal);
        throw tooMany('connections of one merchant', limits.socketsPerTenant);
      }
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        principals.release(ofPrincipal);
        tenants.release(tenant);
      };
    },
    size: () => principals.size() + tenants.size(),
  };
}

const tooMany = (what: string, limit: number): Refusal =>
  new Refusal('LIMIT_EXCEEDED', `At most ${limit} ${what} may be open. Close one that is not needed.`, {
    status: 429,
    facts: { limit },
  });
