import type { CartPageFragment } from '../../generated/operations.ts';
import { Notice } from '../parts/states.tsx';
import { shortagesOf } from './shortages.ts';

/** What the customer has to know before the next step. */
export function Problems({ cart }: { cart: CartPageFragment }) {
  const problems = [...cart.problems, ...shortagesOf(cart)];
  if (problems.length === 0) return null;
  return (
    <Notice tone="bad">
      <ul>
        {problems.map(({ code, cartLineId, message, availableQuantity }) => (
          <li key={`${code}${cartLineId}`}>
            {sentence(code, titleOf(cart.lines, cartLineId), availableQuantity) ?? message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

const titleOf = (lines: CartPageFragment['lines'], id: string | null | undefined): string =>
  lines.find((line) => line.id === id)?.title ?? 'Something';

function sentence(code: string, title: string, available: number | null | undefined): string | null {
  if (code === 'INSUFFICIENT_STOCK')
    return available ? `Only ${available} left of ${title}.` : `${title} is not in stock in this quantity.`;
  if (code === 'PRICE_CHANGED') return `${title} has a new price.`;
  if (code === 'VARIANT_UNAVAILABLE') return `${title} is no longer sold. Remove it to go on.`;
  if (code === 'ADDRESS_UNSERVICEABLE') return 'No shipping method reaches this address.';
  if (code === 'CHECKOUT_EXPIRED')
    return 'Checkout took too long, so nothing is held for you any more. Begin it again.';
  if (code === 'PAYMENT_DECLINED') return 'Your card was declined. Nothing was charged. Try another card.';
  return null;
}
