import { Icon } from './icons.tsx';

const most = 99;

/** How many: typed, or with a button for one less and one more. */
export function QuantityField(props: {
  label: string;
  value: number;
  least?: number;
  most?: number;
  onChange: (value: number) => void;
}) {
  const { label, value, least = 1, onChange } = props;
  const limit = props.most ?? most;
  const set = (next: number): void => {
    if (Number.isInteger(next)) onChange(Math.min(limit, Math.max(least, next)));
  };
  return (
    <div className="quantity">
      <button type="button" aria-label={`One less: ${label}`} disabled={value <= least} onClick={() => set(value - 1)}>
        <Icon name="minus" />
      </button>
      <input
        type="text"
        inputMode="numeric"
        pattern="[0-9]*"
        aria-label={label}
        value={value}
        onChange={({ target }) => set(Number.parseInt(target.value, 10))}
      />
      <button type="button" aria-label={`One more: ${label}`} disabled={value >= limit} onClick={() => set(value + 1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
