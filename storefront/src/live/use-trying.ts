import { useEffect, useRef } from 'react';
import { keepTrying } from './keep-trying.ts';
import { later } from './later.ts';
import { onWake } from './on-wake.ts';

/**
 * Tries something for as long as it is needed: after growing pauses, and at once when the network is back or the page is
 * looked at again. `attempt` answers whether it worked, and must not throw.
 */
export function useTrying(isNeeded: boolean, attempt: () => Promise<boolean>): void {
  const latest = useRef(attempt);
  latest.current = attempt;
  useEffect(() => {
    if (!isNeeded) return;
    const trying = keepTrying({
      // Nobody misses it on a page that is not looked at.
      attempt: () => (document.visibilityState === 'visible' ? latest.current() : Promise.resolve(false)),
      later,
    });
    const giveUpWaking = onWake(trying.wake);
    return () => {
      giveUpWaking();
      trying.stop();
    };
  }, [isNeeded]);
}
