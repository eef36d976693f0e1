import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import {
  StorefrontPointsDocument,
  StorefrontPointsUpdatedDocument,
  type PointsLineFragment,
  type StorefrontPointsQuery,
} from '../../generated/operations.ts';
import { useLive } from '../live/use-live.ts';
import { useQuestion } from '../live/use-question.ts';
import { Icon } from '../parts/icons.tsx';
import { joined } from '../api/joined.ts';
import { Link } from '../router.tsx';
import { formatChange, formatCount } from '../words.ts';
import { lineWords } from './line-words.ts';
import { useCountUp } from './use-count-up.ts';

export const pointsPage = { first: 30, after: null };
const toastMs = 6_000;

/** The customer's points, kept live: in the header as a number, and in the ledger of the points page. */
export function LivePoints() {
  const { data, ask } = useQuestion(StorefrontPointsDocument, { variables: pointsPage });
  const client = useApolloClient();
  const [arrived, setArrived] = useState<{ line: PointsLineFragment; effect: number } | null>(null);
  const account = data?.me?.loyaltyAccount;
  const state = useLive(StorefrontPointsUpdatedDocument, {
    // There is an account once loyalty has heard of the customer.
    variables: account ? {} : null,
    cursorOf: ({ loyaltyBalanceUpdated }) => loyaltyBalanceUpdated.cursor,
    onUpdate({ loyaltyBalanceUpdated: { transaction, isSnapshot } }) {
      if (!transaction) {
        // A whole state, and maybe lines that were never told.
        if (isSnapshot) ask();
        return;
      }
      const before = account?.transactions.nodes[0]?.availableAfter ?? 0;
      setArrived({ line: transaction, effect: transaction.availableAfter - before });
      client.cache.updateQuery({ query: StorefrontPointsDocument, variables: pointsPage }, (known) =>
        withLine(known, transaction),
      );
    },
  });
  useToastEnd(arrived, () => setArrived(null));
  const available = useCountUp(account?.balance.available ?? null);
  if (!account) return null;
  const pointsName = data?.loyaltyProgram?.pointsName ?? 'points';
  return (
    <>
      <Link to="/points" className="points-chip" data-live={state}>
        <Icon name="points" />
        <span className="points-number">{formatCount(available ?? account.balance.available)}</span>
        <span className="visually-hidden"> {pointsName}</span>
      </Link>
      <div className="toasts" role="status">
        {arrived && (
          <p className="toast">
            <strong>
              {arrived.effect === 0 ? formatCount(Math.abs(arrived.line.points)) : formatChange(arrived.effect)}{' '}
              {pointsName}
            </strong>{' '}
            {lineWords(arrived.line)}
          </p>
        )}
      </div>
    </>
  );
}

/** The ledger with one more line on top, once. */
function withLine(known: StorefrontPointsQuery | null, line: PointsLineFragment): StorefrontPointsQuery | undefined {
  const account = known?.me?.loyaltyAccount;
  if (!known?.me || !account || account.transactions.nodes.some(({ id }) => id === line.id)) return undefined;
  const transactions = { ...account.transactions, nodes: [line, ...account.transactions.nodes] };
  return { ...known, me: { ...known.me, loyaltyAccount: { ...account, transactions } } };
}

/** The ledger with the next page of it behind. Undefined where it did not come. */
export function withMoreLines(
  before: StorefrontPointsQuery,
  next: StorefrontPointsQuery,
): StorefrontPointsQuery | undefined {
  const [known, older] = [before.me?.loyaltyAccount, next.me?.loyaltyAccount];
  if (!known || !older || !next.me) return undefined;
  const transactions = joined(known.transactions, older.transactions);
  return { ...next, me: { ...next.me, loyaltyAccount: { ...older, transactions } } };
}

function useToastEnd(shown: unknown, end: () => void): void {
  const latest = useRef(end);
  latest.current = end;
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => latest.current(), toastMs);
    return () => clearTimeout(timer);
  }, [shown]);
}
