import { useState } from 'react';
import { isZero, type Money } from '../money.ts';
import { Price } from '../parts/price.tsx';
import { Notice } from '../parts/states.tsx';

interface Option {
  readonly handle: string;
  readonly title: string;
  readonly price: Money;
}

/** The shipping methods that reach the address. */
export function ShippingChoice(props: {
  options: readonly Option[];
  chosen: string | null;
  /** There is no address yet that a method could reach. */
  isWaiting: boolean;
  /** Resolves once the server has answered. */
  onChoose: (handle: string) => Promise<unknown>;
}) {
  const { options, chosen, isWaiting, onChoose } = props;
  // Shown at once; the server's answer settles it.
  const [picked, setPicked] = useState<string | null>(null);
  const shown = options.some(({ handle }) => handle === picked) ? picked : chosen;
  if (isWaiting) return <p className="soft">The methods that reach you, once it is known where to.</p>;
  if (options.length === 0)
    return <Notice tone="bad">No shipping method reaches this address. Try another one.</Notice>;
  return (
    <fieldset className="options">
      <legend className="visually-hidden">Shipping method</legend>
      {options.map(({ handle, title, price }) => (
        <label key={handle} className="option">
          <input
            type="radio"
            name="shipping"
            checked={handle === shown}
            onChange={() => {
              setPicked(handle);
              void onChoose(handle).then(() => setPicked(null));
            }}
          />
          <span>{title}</span>
          {isZero(price) ? <span className="price">free</span> : <Price money={price} />}
        </label>
      ))}
    </fieldset>
  );
}
