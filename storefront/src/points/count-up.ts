const durationMs = 1_100;

/** What is shown so long after counting began. A frame may bear a time from before it did: nothing is shown short of `from`. */
export function countedUp(from: number, target: number, elapsedMs: number): number {
  const share = Math.min(1, Math.max(0, elapsedMs / durationMs));
  return Math.round(from + (target - from) * (1 - (1 - share) ** 3));
}

/** Whether counting is over after so long. */
export const isCounted = (elapsedMs: number): boolean => elapsedMs >= durationMs;
