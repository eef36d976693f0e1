import { useEffect, useRef, useState } from 'react';
import { countedUp, isCounted } from './count-up.ts';

/**
 * Counts from the number that was shown to the one that is true now. At once where less motion is wanted, and for the first
 * number that is known: nothing has arrived then. Null: not known yet.
 */
export function useCountUp(target: number | null): number | null {
  const [shown, setShown] = useState(target);
  const from = useRef(target);
  useEffect(() => {
    const start = from.current;
    if (target === null || start === target) return;
    const show = (now: number): void => {
      from.current = now;
      setShown(now);
    };
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches || document.visibilityState === 'hidden';
    if (start === null || isCalm) return show(target);
    const startedAtMs = performance.now();
    let frame = 0;
    const step = (nowMs: number): void => {
      const elapsedMs = nowMs - startedAtMs;
      show(countedUp(start, target, elapsedMs));
      if (!isCounted(elapsedMs)) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return shown;
}
