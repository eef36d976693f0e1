import { useEffect, useSyncExternalStore } from 'react';
import { later } from './later.ts';

/** A server that is restarted is back sooner than this, and nobody needs to hear of it. */
const patienceMs = 2_000;

let count = 0;
const listeners = new Set<() => void>();

function add(change: 1 | -1): void {
  count += change;
  for (const listener of listeners) listener();
}

/** Counts as something on the page that is not up to date, once it has been so for a moment. */
export function useBehind(isBehind: boolean): void {
  useEffect(() => {
    if (!isBehind) return;
    let isCounted = false;
    const giveUp = later(() => {
      isCounted = true;
      add(1);
    }, patienceMs);
    return () => {
      giveUp();
      if (isCounted) add(-1);
    };
  }, [isBehind]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Whether anything on the page is not up to date: something did not come, or nothing can come without a network. */
export const useIsBehind = (): boolean => useSyncExternalStore(subscribe, () => count > 0 || !navigator.onLine);
