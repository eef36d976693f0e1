import type { LiveState } from '../live/follow.ts';

/** Whether what is shown is live, said quietly. Nothing where it never will be. */
export function LiveBadge({ state }: { state: LiveState }) {
  if (state === 'live') return <span className="live-state live">Live</span>;
  if (state === 'reconnecting') return <span className="live-state reconnecting">Reconnecting …</span>;
  return null;
}
