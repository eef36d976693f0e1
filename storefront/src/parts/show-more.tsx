import { useState } from 'react';
import { Notice } from './states.tsx';

/** One page of a list, as all lists of the API come. */
interface ListPage<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The list with the next page behind it. What arrived at the top meanwhile stands in both, and is taken once. */
export function joined<Node extends { readonly id: string }, Page extends ListPage<Node>>(
  before: Page & ListPage<Node>,
  next: Page & ListPage<Node>,
): Page & { nodes: Node[] } {
  const known = new Set(before.nodes.map(({ id }) => id));
  return { ...next, nodes: [...before.nodes, ...next.nodes.filter(({ id }) => !known.has(id))] };
}

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
