import { useQuery } from '@apollo/client/react';
import { useId } from 'react';
import { StorefrontCartPointsDocument } from '../../generated/operations.ts';
import { formatMoney, times, type Money } from '../money.ts';
import { useShopper } from '../session/session-context.ts';
import { formatCount } from '../words.ts';

/** How many points to pay with. Nothing where there are none, or no programme. */
export function PointsChoice(props: {
  cartId: string;
  /** A cart that changed redeems and earns otherwise. */
  cartVersion: number;
  points: number;
  /** How many, and what they are worth. */
  onChoose: (points: number, worth: Money) => void;
  isDisabled: boolean;
}) {
  const { cartId, points, onChoose, isDisabled, cartVersion } = props;
  const { token } = useShopper();
  const id = useId();
  const { data } = useQuery(StorefrontCartPointsDocument, {
    variables: { cartId },
    skip: !token.isCustomer,
    fetchPolicy: 'cache-and-network',
    // Another version of the cart is another question, with the same variables.
    context: { cartVersion },
  });
  const quote = data?.cart?.loyaltyQuote;
  const program = data?.loyaltyProgram;
  if (!quote || !program) return null;
  const unit = Math.max(1, program.redemptionUnit);
  const most = Math.floor(quote.redeemablePoints / unit) * unit;
  return (
    <section className="card step" aria-labelledby={id}>
      <h2 id={id}>
        <span className="step-number" aria-hidden="true">
          ★
        </span>
        {program.pointsName.charAt(0).toUpperCase() + program.pointsName.slice(1)}
      </h2>
      {most > 0 ? (
        <label className="points-slider">
          <span>
            Pay with <strong>{formatCount(points)}</strong> of {formatCount(most)}
            {points > 0 && <>, worth {formatMoney(times(program.pointValue, points))}</>}
          </span>
          <input
            type="range"
            min={0}
            max={most}
            step={unit}
            value={Math.min(points, most)}
            disabled={isDisabled}
            onChange={({ target }) => onChoose(Number(target.value), times(program.pointValue, Number(target.value)))}
          />
        </label>
      ) : (
        <p className="soft">You have none to spend on this order yet.</p>
      )}
      {(quote.pointsToEarn ?? 0) > 0 && (
        <p className="soft">
          This order brings you {formatCount(quote.pointsToEarn ?? 0)} {program.pointsName}.
        </p>
      )}
    </section>
  );
}
