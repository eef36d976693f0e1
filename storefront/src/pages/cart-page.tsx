import { useState } from 'react';
import type { CartPageFragment } from '../../generated/operations.ts';
import { useCart } from '../cart/cart-context.tsx';
import { Problems } from '../cart/problems.tsx';
import { Availability } from '../parts/availability.tsx';
import { Icon } from '../parts/icons.tsx';
import { Price, TotalsTable } from '../parts/price.tsx';
import { LineArt } from '../parts/line-art.tsx';
import { QuantityField } from '../parts/quantity-field.tsx';
import { Empty, Failed, Loading, Notice } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { formatMoney } from '../money.ts';
import { plural } from '../words.ts';

type Line = CartPageFragment['lines'][number];

/** What is in the cart, what it comes to, and what changed under it. */
export function CartPage() {
  const { cart, isLoading, hasFailed, count, wanted, hasGuestLines, change, refresh } = useCart();
  const [refusal, setRefusal] = useState<string | null>(null);

  async function set({ variant }: Line, quantity: number): Promise<void> {
    if (!variant) return;
    setRefusal(null);
    setRefusal(await change(variant.id, quantity));
  }

  if (isLoading) return <Loading isPage what="your cart" />;
  if (hasFailed) return <Failed isPage what="Your cart did not come." onRetry={() => void refresh()} />;
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
  const isWanted = ({ variant }: Line): boolean => variant !== null && wanted.has(variant.id);
  return (
    <>
      <PageTitle title="Your cart" />
      <p className="visually-hidden" role="status">
        {plural(count, 'piece')}, {formatMoney(cart.totals.grandTotal)}
      </p>
      {hasGuestLines && <Notice tone="plain">What you put into the cart before you signed in is in here too.</Notice>}
      {refusal && <Notice tone="bad">{refusal}</Notice>}
      <Problems cart={cart} />
      <div className="two-columns">
        <ul className="lines" aria-label="In the cart">
          {cart.lines.map((line) => (
            <li key={line.id} className="line" aria-busy={isWanted(line)}>
              <LineArt line={line} />
              <div className="line-words">
                <LineTitle line={line} />
                <p className="line-each">
                  <Price money={line.unitPrice} /> each
                </p>
                <Stock line={line} />
                <div className="line-actions">
                  <QuantityField
                    label={`Quantity of ${line.title}`}
                    value={wanted.get(line.variant?.id ?? '') ?? line.quantity}
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

/** What is known of the stock of a line, where it is worth a word. */
function Stock({ line: { variant } }: { line: Line }) {
  const availability = variant?.availability;
  if (!availability || availability.status === 'IN_STOCK') return null;
  return (
    <p>
      <Availability status={availability.status} quantity={availability.quantity} />
    </p>
  );
}

function LineTitle({ line }: { line: Line }) {
  const handle = line.variant?.product.handle;
  return (
    <h2 className="line-title">
      {handle ? <Link to={`/products/${encodeURIComponent(handle)}`}>{line.title}</Link> : line.title}
    </h2>
  );
}
