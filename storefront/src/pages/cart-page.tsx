import { useState } from 'react';
import type { CartPageFragment } from '../../generated/operations.ts';
import { useCart } from '../cart/cart-context.tsx';
import { Icon } from '../parts/icons.tsx';
import { Price, TotalsTable } from '../parts/price.tsx';
import { LineArt } from '../parts/line-art.tsx';
import { QuantityField } from '../parts/quantity-field.tsx';
import { Empty, Loading, Notice } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { formatMoney } from '../money.ts';
import { plural } from '../words.ts';

type Line = CartPageFragment['lines'][number];

/** What is in the cart, what it comes to, and what changed under it. */
export function CartPage() {
  const { cart, isLoading, count, change } = useCart();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busyLine, setBusyLine] = useState<string | null>(null);

  async function set(line: Line, quantity: number): Promise<void> {
    if (!line.variant) return;
    setBusyLine(line.id);
    setRefusal(await change(line.variant.id, quantity));
    setBusyLine(null);
  }

  if (isLoading) return <Loading isPage what="your cart" />;
  if (!cart || cart.lines.length === 0) {
    return (
      <>
        <PageTitle title="Your cart" />
        <Empty title="Your cart is empty">
          <Link to="/" className="button">
            Look around
          </Link>
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageTitle title="Your cart" />
      <p className="visually-hidden" role="status">
        {plural(count, 'piece')}, {formatMoney(cart.totals.grandTotal)}
      </p>
      {refusal && <Notice tone="bad">{refusal}</Notice>}
      <Problems cart={cart} />
      <div className="two-columns">
        <ul className="lines" aria-label="In the cart">
          {cart.lines.map((line) => (
            <li key={line.id} className="line" aria-busy={busyLine === line.id}>
              <LineArt line={line} />
              <div className="line-words">
                <LineTitle line={line} />
                <p className="line-each">
                  <Price money={line.unitPrice} /> each
                </p>
                <div className="line-actions">
                  <QuantityField
                    label={`Quantity of ${line.title}`}
                    value={line.quantity}
                    onChange={(quantity) => void set(line, quantity)}
                  />
                  <button type="button" className="icon-button" onClick={() => void set(line, 0)}>
                    <Icon name="trash" />
                    <span className="visually-hidden">Remove {line.title}</span>
                  </button>
                </div>
              </div>
              <p className="line-total">
                <Price money={line.total} />
              </p>
            </li>
          ))}
        </ul>
        <aside className="card summary" aria-label="Summary">
          <h2>Summary</h2>
          <TotalsTable totals={cart.totals} hasShipping={cart.selectedShippingOption !== null} />
          <Link to="/checkout" className="button large wide">
            To checkout
          </Link>
          <Link to="/" className="quiet-link">
            Go on shopping
          </Link>
        </aside>
      </div>
    </>
  );
}

/** What the customer has to know before the next step. */
export function Problems({ cart }: { cart: Pick<CartPageFragment, 'problems' | 'lines'> }) {
  if (cart.problems.length === 0) return null;
  return (
    <Notice tone="bad">
      <ul>
        {cart.problems.map(({ code, cartLineId, message, availableQuantity }) => (
          <li key={`${code}${cartLineId}`}>
            {sentence(code, titleOf(cart.lines, cartLineId), availableQuantity) ?? message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

const titleOf = (lines: readonly Line[], id: string | null | undefined): string =>
  lines.find((line) => line.id === id)?.title ?? 'Something';

function sentence(code: string, title: string, available: number | null | undefined): string | null {
  if (code === 'INSUFFICIENT_STOCK')
    return available ? `Only ${available} left of ${title}.` : `${title} is not in stock in this quantity.`;
  if (code === 'PRICE_CHANGED') return `${title} has a new price.`;
  if (code === 'VARIANT_UNAVAILABLE') return `${title} is no longer sold. Remove it to go on.`;
  if (code === 'ADDRESS_UNSERVICEABLE') return 'No shipping method reaches this address.';
  if (code === 'CHECKOUT_EXPIRED')
    return 'Checkout took too long, so nothing is held for you any more. Begin it again.';
  return null;
}

function LineTitle({ line }: { line: Line }) {
  const handle = line.variant?.product.handle;
  return (
    <h2 className="line-title">
      {handle ? <Link to={`/products/${encodeURIComponent(handle)}`}>{line.title}</Link> : line.title}
    </h2>
  );
}
