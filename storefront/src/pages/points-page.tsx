import type { ReactNode } from 'react';
import { StorefrontPointsDocument, type StorefrontPointsQuery } from '../../generated/operations.ts';
import { useQuestion } from '../live/use-question.ts';
import { formatMoney } from '../money.ts';
import { ShowMore } from '../parts/show-more.tsx';
import { Empty, Failed, Loading, Missing } from '../parts/states.tsx';
import { toldLines } from '../points/effects.ts';
import { lineWords } from '../points/line-words.ts';
import { pointsPage, withMoreLines } from '../points/live-points.tsx';
import { useCountUp } from '../points/use-count-up.ts';
import { Link, PageTitle } from '../router.tsx';
import { formatChange, formatCount, formatDay, formatMoment } from '../words.ts';

type Account = NonNullable<NonNullable<StorefrontPointsQuery['me']>['loyaltyAccount']>;
type Program = NonNullable<StorefrontPointsQuery['loyaltyProgram']>;

/** The customer's points: how many, what they are worth, how far to the next tier, and every line that made them. */
export function PointsPage() {
  // `LivePoints` in the header keeps the answer of this very query up to date.
  const { data, error, isLoading, ask, fetchMore } = useQuestion(StorefrontPointsDocument, { variables: pointsPage });
  const program = data?.loyaltyProgram;
  const account = data?.me?.loyaltyAccount;
  return (
    <>
      <PageTitle title="Your points">{program ? `Your ${program.pointsName}` : 'Your points'}</PageTitle>
      {isLoading && <Loading what="your points" />}
      {!data && error !== undefined && <Failed what="Your points did not come." onRetry={ask} />}
      {data && !account && error !== undefined && <Missing what="Your points" />}
      {data && !account && error === undefined && (
        <Empty title="No points yet">
          <p>They come with your first order, where the shop has a programme.</p>
          <Link to="/" className="button">
            Look around
          </Link>
        </Empty>
      )}
      {account && (
        <div className={hasAside(program, account) ? 'two-columns' : 'steps'}>
          <div className="steps">
            <Balance account={account} program={program ?? null} />
            <Ledger account={account}>
              <ShowMore
                list={account.transactions}
                more={(after) =>
                  fetchMore({
                    variables: { after },
                    updateQuery: (before, { fetchMoreResult: next }) => withMoreLines(before, next) ?? before,
                  })
                }
              />
            </Ledger>
          </div>
          <div className="steps">
            {program && program.tiers.length > 1 && <Tiers account={account} program={program} />}
            {account.expiring.length > 0 && (
              <section className="card" aria-labelledby="expiring">
                <h2 id="expiring">Use them soon</h2>
                <ul className="facts">
                  {account.expiring.map(({ points, expiresAt }) => (
                    <li key={expiresAt}>
                      <span>{formatDay(expiresAt)}</span>
                      <strong>{formatCount(points)}</strong>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
        </div>
      )}
    </>
  );
}

/** Whether there is anything to say beside the balance. */
const hasAside = (program: Program | null | undefined, account: Account): boolean =>
  (program?.tiers.length ?? 0) > 1 || account.expiring.length > 0;

function Balance({ account, program }: { account: Account; program: Program | null }) {
  const { available, pending, held, value, lifetimeEarned } = account.balance;
  const shown = useCountUp(available) ?? available;
  return (
    <section className="card balance" aria-labelledby="balance">
      <h2 id="balance" className="visually-hidden">
        Balance
      </h2>
      <p className="balance-number" aria-hidden="true">
        {formatCount(shown)}
      </p>
      <p className="visually-hidden">
        {formatCount(available)} {program?.pointsName ?? 'points'}
      </p>
      <p className="balance-words">
        {program?.pointsName ?? 'points'} to spend, worth <strong>{formatMoney(value)}</strong>
      </p>
      <dl className="balance-facts">
        <div>
          <dt>On their way</dt>
          <dd>{formatCount(pending)}</dd>
        </div>
        <div>
          <dt>Set aside</dt>
          <dd>{formatCount(held)}</dd>
        </div>
        <div>
          <dt>Earned in all</dt>
          <dd>{formatCount(lifetimeEarned)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Tiers({ account, program }: { account: Account; program: Program }) {
  const tiers = [...program.tiers].sort((a, b) => a.rank - b.rank);
  const rank = account.tier?.rank ?? tiers[0]?.rank ?? 0;
  const next = tiers.find((tier) => tier.rank > rank);
  const here = tiers.find((tier) => tier.rank === rank);
  const span = next && here ? next.threshold - here.threshold : 0;
  const left = account.pointsToNextTier ?? 0;
  const share = span > 0 ? Math.min(1, Math.max(0, 1 - left / span)) : 1;
  return (
    <section className="card" aria-labelledby="tiers">
      <h2 id="tiers">{here?.name ?? 'Tier'}</h2>
      {next ? (
        <>
          <progress
            className="tier-bar"
            max={100}
            value={Math.round(share * 100)}
            aria-label={`On the way to ${next.name}`}
          />
          <p className="soft">
            {formatCount(left)} more to {next.name}
          </p>
        </>
      ) : (
        <p className="soft">The highest there is.</p>
      )}
      <ol className="tiers">
        {tiers.map(({ id, name, threshold, earnMultiplier, benefits, rank: own }) => (
          <li key={id} className={own <= rank ? 'reached' : ''} aria-current={own === rank ? 'true' : undefined}>
            <strong>{name}</strong>
            <span className="soft">from {formatCount(threshold)}</span>
            <small className="soft">{[`${Number(earnMultiplier)} × points`, ...benefits].join(', ')}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What each line did to what can be spent. From top to bottom they add up to the balance above. */
function Ledger({ account, children }: { account: Account; children: ReactNode }) {
  const { nodes, pageInfo } = account.transactions;
  const lines = toldLines(nodes, pageInfo.hasNextPage);
  return (
    <section className="card" aria-labelledby="ledger">
      <h2 id="ledger">What made them</h2>
      {lines.length === 0 && <p className="soft">Nothing yet.</p>}
      <ul className="facts ledger">
        {lines.map((line) => (
          <li key={line.id}>
            <span>
              {line.order ? (
                <Link to={`/orders/${encodeURIComponent(line.order.id)}`}>{sentence(line)}</Link>
              ) : (
                sentence(line)
              )}
              <small>{formatMoment(line.occurredAt)}</small>
            </span>
            <Effect points={line.effect} />
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}

function Effect({ points }: { points: number }) {
  if (points === 0) return <span className="soft">±0</span>;
  return <strong className={points > 0 ? 'gain' : 'loss'}>{formatChange(points)}</strong>;
}

/** What changes nothing of what can be spent names its points itself: no other number stands beside it. */
function sentence(line: Parameters<typeof lineWords>[0] & { points: number; effect: number }): string {
  const words = lineWords(line);
  const points = line.effect === 0 ? `: ${formatCount(Math.abs(line.points))}` : '';
  return words.charAt(0).toUpperCase() + words.slice(1) + points;
}
