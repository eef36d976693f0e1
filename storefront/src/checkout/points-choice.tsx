import { useId } from 'react';
import { formatMoney } from '../money.ts';
import { formatCount } from '../words.ts';
import type { Points } from './use-points.ts';

/** How many points to pay with. */
export function PointsChoice({ points, onReopen }: { points: Points; onReopen: () => void }) {
  const { name, unit, most, chosen, worth, toEarn, isHeld, choose } = points;
  const id = useId();
  return (
    <section className="card step" aria-labelledby={id}>
      <h2 id={id}>
        <span className="step-number" aria-hidden="true">
          ★
        </span>
        {name.charAt(0).toUpperCase() + name.slice(1)}
      </h2>
      {isHeld && (
        <div className="address-shown">
          <p>
            {chosen > 0 ? (
              <>
                You pay with <strong>{formatCount(chosen)}</strong>, worth {formatMoney(worth)}.
              </>
            ) : (
              'You pay with none.'
            )}
          </p>
          <button type="button" className="link-button" onClick={onReopen}>
            Change<span className="visually-hidden"> {name}</span>
          </button>
        </div>
      )}
      {!isHeld && most > 0 && (
        <label className="points-slider">
          <span>
            Pay with <strong>{formatCount(chosen)}</strong> of {formatCount(most)}
            {chosen > 0 && <>, worth {formatMoney(worth)}</>}
          </span>
          <input
            type="range"
            min={0}
            max={most}
            step={unit}
            value={chosen}
            onChange={({ target }) => choose(Number(target.value))}
          />
        </label>
      )}
      {!isHeld && most === 0 && <p className="soft">You have none to spend on this order yet.</p>}
      {toEarn > 0 && (
        <p className="soft">
          This order brings you {formatCount(toEarn)} {name}.
        </p>
      )}
    </section>
  );
}
