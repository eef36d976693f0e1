import type { ActorType, Viewer } from '@ordergraph/identity';
import { LRUCache } from 'lru-cache';

/** Rights of a merchant, or of one of its people or keys, that have changed. */
export interface Revocation {
  readonly tenantId: string;
  /** Absent: everybody of the merchant, or of the kind. */
  readonly actorId?: string;
  readonly actorType?: ActorType;
  /** When it happened, in milliseconds since 1970; absent: now. */
  readonly at?: number;
}

/** Remembers what was revoked, so that a token from before cannot open what was just closed. */
export interface Revocations {
  add(revocation: Revocation): void;
  /** Whether a token of this viewer was issued before its rights changed, or may have been. */
  covers(viewer: Viewer, issuedAtMs: number | undefined): boolean;
}

// Tokens live for minutes or hours. Whoever is forgotten here keeps only what an old token grants anyway.
const remembered = { max: 10_000, ttl: 24 * 3_600_000 };

export function createRevocations(): Revocations {
  const times = new LRUCache<string, number>(remembered);
  return {
    add({ tenantId, actorId = '*', actorType = '*', at = Date.now() }) {
      const key = `${tenantId} ${actorType} ${actorId}`;
      times.set(key, Math.max(at, times.get(key) ?? 0));
    },
    covers({ tenantId, actor }, issuedAtMs) {
      if (tenantId === null) return false;
      // A token that does not say when it was issued may be from before.
      const issued = issuedAtMs ?? 0;
      const keys = [actor.type, '*'].flatMap((type) => [actor.id ?? '*', '*'].map((id) => `${tenantId} ${type} ${id}`));
      // A token tells its time in whole seconds: one of the same second counts as older, to be safe.
      return keys.some((key) => issued <= (times.get(key) ?? -1));
    },
  };
}

/** Whether a revocation is about this viewer. */
export const isAbout = ({ tenantId, actorId, actorType }: Revocation, viewer: Viewer): boolean =>
  viewer.tenantId === tenantId &&
  (actorId === undefined || viewer.actor.id === actorId) &&
  (actorType === undefined || viewer.actor.type === actorType);
