import { useIsBehind } from '../live/behind.ts';

/** Says that what is shown is not up to date, for as long as that is so. It is asked for again without anybody doing anything. */
export function NotUpToDate() {
  const isBehind = useIsBehind();
  return (
    <div className="behind" role="status">
      {isBehind && <p>Not all of this is up to date: the shop does not answer. It is asked again and again.</p>}
    </div>
  );
}
