import type { Viewer } from '@ordergraph/identity';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors.ts';
import { createBucket, createTally, type LiveLimits } from './limits.ts';
import { principalKey } from './session.ts';

/** How many connections callers, addresses and merchants hold. */
export interface Quotas {
  /** Throws a `Refusal` when this address opens connections too fast. */
  admitConnection(address: string): void;
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
    admitConnection(address) {
      let take = buckets.get(address);
      if (!take) buckets.set(address, (take = createBucket(limits.connections)));
      if (!take())
        throw new Refusal('LIMIT_EXCEEDED', 'Connections come too fast from this address. Try again in a second.', {
          status: 429,
          facts: { retryAfterMs: 1_000 },
        });
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
