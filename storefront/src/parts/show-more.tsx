import { useState } from 'react';
import type { ListPage } from '../api/joined.ts';
import { Notice } from './states.tsx';

/** The button behind a list that goes on. Nothing where it does not. `more` must reject, or answer an error, when nothing came. */
export function ShowMore(props: {
  list: Pick<ListPage<unknown>, 'pageInfo'> | null | undefined;
  more: (after: string | null) => Promise<{ error?: unknown }>;
}) {
  const { list, more } = props;
  const [isBusy, setIsBusy] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  if (!list?.pageInfo.hasNextPage) return null;
  const { endCursor } = list.pageInfo;

  async function showMore(): Promise<void> {
    setIsBusy(true);
    const { error } = await more(endCursor).catch((fault: unknown) => ({ error: fault }));
    setHasFailed(error !== undefined);
    setIsBusy(false);
  }

  return (
    <div className="more">
      {hasFailed && <Notice tone="bad">The rest did not come. Try again in a moment.</Notice>}
      <button type="button" className="button quiet" disabled={isBusy} onClick={() => void showMore()}>
        {isBusy ? 'One moment …' : 'Show more'}
      </button>
    </div>
  );
}
