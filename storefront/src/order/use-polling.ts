import { useEffect, useRef } from 'react';

/** Asks again from time to time while the page is looked at. Null: not at all. */
export function usePolling(ask: () => void, everyMs: number | null): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') latest.current();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
