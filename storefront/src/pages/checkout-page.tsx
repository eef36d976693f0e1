import { useMutation } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import {
  StorefrontCartUpdateDocument,
  type CartPageFragment,
  type CartUpdateInput,
} from '../../generated/operations.ts';
import { useCart } from '../cart/cart-context.tsx';
import { lost } from '../cart/cart-server.ts';
import { Problems } from '../cart/problems.tsx';
import { AddressStep } from '../checkout/address-step.tsx';
import { PaymentChoice, testCards, type TestCard } from '../checkout/payment-choice.tsx';
import { PointsChoice } from '../checkout/points-choice.tsx';
import { ShippingChoice } from '../checkout/shipping-choice.tsx';
import { usePlaceOrder } from '../checkout/use-place-order.ts';
import { usePoints } from '../checkout/use-points.ts';
import { useRecipient } from '../checkout/use-recipient.ts';
import { formatMoney } from '../money.ts';
import { TotalsTable } from '../parts/price.tsx';
import { Empty, Failed, Loading, Notice } from '../parts/states.tsx';
import { Link, navigate, PageTitle } from '../router.tsx';
import { useShopper } from '../session/session-context.ts';
import { formatClock } from '../words.ts';

const expiryGraceMs = 2_000;

/** Checkout on one page: where to, how, with what; and at the end one button that does it all. */
export function CheckoutPage() {
  const { cart, placed, isLoading, hasFailed, refresh } = useCart();
  const goToOrder = useGoToOrder();
  const orderId = placed?.orderId;
  useEffect(() => {
    // Loaded again after an answer that was lost, left by the way back from the bank, or bought in another window.
    if (placed) goToOrder(placed, { replace: true });
  }, [orderId]);
  if (isLoading || placed) return <Loading isPage what="your cart" />;
  if (hasFailed) return <Failed isPage what="Your cart did not come." onRetry={() => void refresh()} />;
  if (!cart || cart.lines.length === 0) {
    return (
      <>
        <PageTitle title="Checkout" />
        <Empty title="There is nothing to pay for">
          <Link to="/" className="button">
            Look around
          </Link>
        </Empty>
      </>
    );
  }
  return <CheckoutForm key={cart.id} cart={cart} />;
}

/** A guest has an order by the cart that it was. */
function useGoToOrder(): (order: { orderId: string; cartId: string }, how?: { replace: boolean }) => void {
  const { token } = useShopper();
  return ({ orderId, cartId }, how) =>
    navigate(
      token.isCustomer ? `/orders/${encodeURIComponent(orderId)}` : `/orders/of-cart/${encodeURIComponent(cartId)}`,
      how,
    );
}

function CheckoutForm({ cart }: { cart: CartPageFragment }) {
  const { wanted, reopen, refresh } = useCart();
  const recipient = useRecipient(cart);
  const goToOrder = useGoToOrder();
  const [card, setCard] = useState<TestCard>(testCards[0].token);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [updateCart] = useMutation(StorefrontCartUpdateDocument);
  const [isSaving, setIsSaving] = useState(false);
  const { place, step } = usePlaceOrder();
  const { points, due, isLoading: arePointsLoading } = usePoints(cart);

  const isSaved = cart.shippingAddress !== null && cart.email !== null;
  const [isEditing, setIsEditing] = useState(!isSaved || recipient.wasKept);
  const isHeld = cart.status !== 'ACTIVE';

  /** Does something to the cart out of checkout. Answers whether it was done; if not, the page says why. */
  async function leaveCheckout(act: () => Promise<string | null> = async () => null): Promise<boolean> {
    // One thing at a time: what is being bought is not changed under it.
    if (isSaving || step !== null) return false;
    setIsSaving(true);
    try {
      await reopen();
      const fault = await act();
      setRefusal(fault);
      return fault === null;
    } catch {
      setRefusal(lost);
      return false;
    } finally {
      setIsSaving(false);
    }
  }

  const save = (change: Omit<CartUpdateInput, 'cartId'>): Promise<boolean> =>
    leaveCheckout(async () => {
      const { data } = await updateCart({ variables: { input: { cartId: cart.id, ...change } } });
      return data ? (data.cartUpdate.userErrors[0]?.message ?? null) : lost;
    });

  async function buy(): Promise<void> {
    if (!isReady) return;
    setRefusal(null);
    const outcome = await place({ cart, redeemPoints: points?.chosen ?? 0, paymentMethodToken: card });
    if (outcome.kind === 'placed' && outcome.actionUrl) return location.assign(outcome.actionUrl);
    if (outcome.kind === 'placed') goToOrder({ orderId: outcome.orderId, cartId: cart.id });
    // What is known of the cart is old in either case.
    const now = await refresh();
    if (outcome.kind === 'placed') return;
    // Where the cart itself says what is wrong, once is enough.
    const isTold = now?.problems.some(({ code }) => code === outcome.code);
    setRefusal(isTold ? null : outcome.message);
  }

  useExpiry(cart.checkoutExpiresAt, () => void refresh());
  const option = cart.shippingOptions.find(({ handle }) => handle === cart.selectedShippingOption?.handle);
  // What was just changed in the cart may still be on its way there.
  const isKnown = wanted.size === 0 && !arePointsLoading;
  const isReady = isSaved && !isEditing && option !== undefined && isKnown && step === null && !isSaving;
  return (
    <>
      <PageTitle title="Checkout" />
      <div className="two-columns">
        <div className="steps">
          <AddressStep
            cart={cart}
            recipient={recipient}
            isEditing={isEditing}
            isSaving={isSaving}
            onEdit={() => setIsEditing(true)}
            onSave={(email, shippingAddress) => {
              void save({ email, shippingAddress }).then((isDone) => {
                if (!isDone) return;
                recipient.done();
                setIsEditing(false);
              });
            }}
          />
          <section className="card step" aria-labelledby="step-shipping">
            <h2 id="step-shipping">
              <span className="step-number">2</span> How
            </h2>
            <ShippingChoice
              options={cart.shippingOptions}
              chosen={option?.handle ?? null}
              isWaiting={isEditing || !isSaved}
              onChoose={(handle) => save({ shippingOptionHandle: handle })}
            />
          </section>
          {points && <PointsChoice points={points} onReopen={() => void leaveCheckout()} />}
          <section className="card step" aria-labelledby="step-payment">
            <h2 id="step-payment">
              <span className="step-number">3</span> With what
            </h2>
            <PaymentChoice chosen={card} onChoose={setCard} />
          </section>
        </div>
        <aside className="card summary" aria-label="Your order">
          <h2>Your order</h2>
          <ul className="summary-lines">
            {cart.lines.map((line) => (
              <li key={line.id}>
                <span>
                  {line.quantity} × {line.title}
                </span>
                <span>{formatMoney(line.total)}</span>
              </li>
            ))}
          </ul>
          <TotalsTable totals={cart.totals} hasShipping={option !== undefined} />
          {isHeld && cart.checkoutExpiresAt && (
            <p className="soft">Held for you until {formatClock(cart.checkoutExpiresAt)}.</p>
          )}
          <Problems cart={cart} />
          {refusal && <Notice tone="bad">{refusal}</Notice>}
          <button
            type="button"
            className="button large wide"
            // Not disabled, which would take the focus away while it buys.
            aria-disabled={!isReady}
            onClick={() => void buy()}
          >
            {step ?? `Buy now for ${formatMoney(due)}`}
          </button>
          <p className="visually-hidden" role="status">
            {step}
          </p>
        </aside>
      </div>
    </>
  );
}

/** Does something once a checkout has run out, which its page would not hear of otherwise. */
function useExpiry(expiresAt: string | null, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (expiresAt === null) return;
    // A moment later, when the server has noticed.
    const timer = setTimeout(() => latest.current(), Math.max(0, Date.parse(expiresAt) - Date.now()) + expiryGraceMs);
    return () => clearTimeout(timer);
  }, [expiresAt]);
}
