import { useMutation } from '@apollo/client/react';
import { useState, type FormEvent } from 'react';
import { StorefrontCartUpdateDocument, type MailingAddressInput } from '../../generated/operations.ts';
import { useCart } from '../cart/cart-context.tsx';
import { AddressFields, emptyAddress, isComplete } from '../checkout/address-fields.tsx';
import { PaymentChoice, testCards, type TestCard } from '../checkout/payment-choice.tsx';
import { PointsChoice } from '../checkout/points-choice.tsx';
import { ShippingChoice } from '../checkout/shipping-choice.tsx';
import { usePlaceOrder } from '../checkout/use-place-order.ts';
import { formatMoney, minus, type Money } from '../money.ts';
import { TotalsTable } from '../parts/price.tsx';
import { Empty, Loading, Notice } from '../parts/states.tsx';
import { Link, navigate, PageTitle } from '../router.tsx';
import { useShopper } from '../session/session-context.ts';
import { useDraft } from '../session/use-draft.ts';
import { formatClock } from '../words.ts';
import { Problems } from './cart-page.tsx';

/** Checkout on one page: where to, how, with what; and at the end one button that does it all. */
export function CheckoutPage() {
  const { cart, isLoading, forget } = useCart();
  if (isLoading) return <Loading isPage what="your cart" />;
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
  return <CheckoutForm key={cart.id} cart={cart} forget={forget} />;
}

/** Whom it goes to. */
interface Recipient {
  readonly email: string;
  readonly address: MailingAddressInput;
}

type CartOfForm = NonNullable<ReturnType<typeof useCart>['cart']>;

function CheckoutForm({ cart, forget }: { cart: CartOfForm; forget: () => void }) {
  const { customer, merchant, token } = useShopper();
  const { reopen } = useCart();
  const draft = useDraft<Recipient>(`recipient of ${cart.id}`, () => ({
    email: cart.email ?? customer?.email ?? '',
    address:
      withoutTypename(cart.shippingAddress) ??
      withoutTypename(customer?.addresses[0]) ??
      emptyAddress(merchant?.countryCode ?? 'DE'),
  }));
  const { email, address } = draft.value;
  const [redeemed, setRedeemed] = useState<{ points: number; worth: Money } | null>(null);
  const [card, setCard] = useState<TestCard>(testCards[0].token);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [updateCart, { loading: isSaving }] = useMutation(StorefrontCartUpdateDocument);
  const { place, step } = usePlaceOrder();

  const isSaved = cart.shippingAddress !== null && cart.email !== null;
  const [isEditing, setIsEditing] = useState(!isSaved || draft.wasKept);
  const isHeld = cart.status !== 'ACTIVE';

  async function save(change: { shippingOptionHandle?: string } = {}): Promise<boolean> {
    try {
      await reopen();
      const { data } = await updateCart({
        variables: { input: { cartId: cart.id, email, shippingAddress: address, ...change } },
      });
      const error = data?.cartUpdate.userErrors[0];
      setRefusal(data ? (error?.message ?? null) : 'The shop could not be reached. Try again in a moment.');
      return data !== undefined && !error;
    } catch {
      setRefusal('The shop could not be reached. Try again in a moment.');
      return false;
    }
  }

  async function saveAddress(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!(await save())) return;
    draft.done();
    setIsEditing(false);
  }

  async function buy(): Promise<void> {
    setRefusal(null);
    const outcome = await place({ cart, redeemPoints: redeemed?.points ?? 0, paymentMethodToken: card });
    if (outcome.kind === 'refused') return setRefusal(outcome.message);
    forget();
    if (outcome.actionUrl) return location.assign(outcome.actionUrl);
    navigate(
      token.isCustomer
        ? `/orders/${encodeURIComponent(outcome.orderId)}`
        : `/orders/of-cart/${encodeURIComponent(cart.id)}`,
    );
  }

  const option = cart.shippingOptions.find(({ handle }) => handle === cart.selectedShippingOption?.handle);
  const isReady = isSaved && !isEditing && option !== undefined && step === null && !isSaving;
  // Once checkout holds the points, the cart's own total is less by them.
  const due = !isHeld && redeemed ? minus(cart.totals.grandTotal, redeemed.worth) : cart.totals.grandTotal;
  return (
    <>
      <PageTitle title="Checkout" />
      <div className="two-columns">
        <div className="steps">
          <section className="card step" aria-labelledby="step-address">
            <h2 id="step-address">
              <span className="step-number">1</span> Where to
            </h2>
            {isEditing ? (
              <form onSubmit={(event) => void saveAddress(event)}>
                <AddressFields
                  {...draft.value}
                  onEmail={(email) => draft.change({ email, address })}
                  onAddress={(address) => draft.change({ email, address })}
                />
                <button type="submit" className="button" disabled={isSaving || !isComplete(address) || email === ''}>
                  {isSaving ? 'One moment …' : 'Use this address'}
                </button>
              </form>
            ) : (
              <div className="address-shown">
                <p>
                  {cart.shippingAddress?.name}
                  <br />
                  {cart.shippingAddress?.line1}
                  <br />
                  {cart.shippingAddress?.postalCode} {cart.shippingAddress?.city}, {cart.shippingAddress?.countryCode}
                  <br />
                  <span className="soft">{cart.email}</span>
                </p>
                <button type="button" className="link-button" onClick={() => setIsEditing(true)}>
                  Change<span className="visually-hidden"> address</span>
                </button>
              </div>
            )}
          </section>
          <section className="card step" aria-labelledby="step-shipping">
            <h2 id="step-shipping">
              <span className="step-number">2</span> How
            </h2>
            <ShippingChoice
              options={cart.shippingOptions}
              chosen={option?.handle ?? null}
              isWaiting={isEditing || !isSaved}
              onChoose={(handle) => void save({ shippingOptionHandle: handle })}
            />
          </section>
          <PointsChoice
            cartId={cart.id}
            cartVersion={cart.version}
            points={redeemed?.points ?? 0}
            onChoose={(points, worth) => setRedeemed({ points, worth })}
            isDisabled={isHeld}
          />
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
          <button type="button" className="button large wide" disabled={!isReady} onClick={() => void buy()}>
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

/** Answers carry the name of their type, which inputs do not take. */
function withoutTypename(
  address: (MailingAddressInput & { __typename?: string }) | null | undefined,
): MailingAddressInput | null {
  if (!address) return null;
  const { __typename: _name, ...rest } = address;
  return rest;
}
