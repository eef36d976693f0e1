import { useState } from 'react';
import { Icon } from './icons.tsx';
import { digitsOf, quantityOf } from './quantity.ts';

/** How many: typed, or with a button for one less and one more. What is typed counts once the field is left, or by Enter. */
export function QuantityField(props: {
  label: string;
  value: number;
  least?: number;
  most?: number;
  onChange: (value: number) => void;
}) {
  const { label, value, least = 1, most = 99, onChange } = props;
  // Null: nobody is typing.
  const [typed, setTyped] = useState<string | null>(null);
  const settle = (): void => {
    const next = typed === null ? null : quantityOf(typed, { least, most });
    setTyped(null);
    if (next !== null && next !== value) onChange(next);
  };
  return (
    <div className="quantity">
      <button
        type="button"
        aria-label={`One less: ${label}`}
        disabled={value <= least}
        onClick={() => onChange(value - 1)}
      >
        <Icon name="minus" />
      </button>
      <input
        type="text"
        inputMode="numeric"
        aria-label={label}
        value={typed ?? value}
        onFocus={({ target }) => target.select()}
        onChange={({ target }) => setTyped(digitsOf(target.value, most))}
        onBlur={settle}
        onKeyDown={({ key }) => {
          if (key === 'Enter') settle();
          if (key === 'Escape') setTyped(null);
        }}
      />
      <button
        type="button"
        aria-label={`One more: ${label}`}
        disabled={value >= most}
        onClick={() => onChange(value + 1)}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}
