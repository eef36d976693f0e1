import { useEffect, useRef, useState } from 'react';

const durationMs = 1_100;

/** Counts from the number that was shown to the one that is true now. At once where less motion is wanted. */
export function useCountUp(target: number): number {
  const [shown, setShown] = useState(target);
  const from = useRef(target);
  useEffect(() => {
    const start = from.current;
    if (start === target) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches || document.visibilityState === 'hidden';
    const startedAtMs = performance.now();
    let frame = 0;
    const step = (nowMs: number): void => {
      const share = isCalm ? 1 : Math.min(1, (nowMs - startedAtMs) / durationMs);
      const eased = 1 - (1 - share) ** 3;
      from.current = Math.round(start + (target - start) * eased);
      setShown(from.current);
      if (share < 1) frame = requestAnimationFrame(step);
    };
    if (isCalm) step(startedAtMs);
    else frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [target]);
  return shown;
}
