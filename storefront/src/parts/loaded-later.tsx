import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { useTrying } from '../live/use-trying.ts';
import { loadOffer } from '../session/session.ts';

/**
 * A part whose code comes when it is first shown. Code that does not come is tried again by itself, and by who asks for it;
 * where the server answers and the code still does not come, the shop was renewed under an open page, which is loaded anew.
 */
export function loadedLater<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  shown: { readonly loading: ReactNode; readonly failed: (tryAgain: () => void) => ReactNode },
): ComponentType<Props> {
  let Part: ComponentType<Props> | null = null;

  return function LoadedLater(props) {
    const [state, setState] = useState<'loading' | 'failed' | 'there'>(Part ? 'there' : 'loading');

    async function attempt(): Promise<boolean> {
      try {
        Part ??= await load();
        setState('there');
        return true;
      } catch {
        setState('failed');
        return false;
      }
    }

    async function tryAgain(): Promise<void> {
      if (await attempt()) return;
      await loadOffer().then(
        () => location.reload(),
        // Nobody answers. It is tried again all the same.
        () => undefined,
      );
    }

    useEffect(() => {
      if (!Part) void attempt();
    }, []);
    useTrying(state === 'failed', attempt);

    if (Part) return <Part {...props} />;
    return state === 'failed' ? shown.failed(() => void tryAgain()) : shown.loading;
  };
}
