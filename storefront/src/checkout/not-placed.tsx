import { useEffect, useState } from 'react';
import { useCart } from '../cart/cart-context.tsx';
import { lost } from '../cart/cart-server.ts';
import { Loading, Notice } from '../parts/states.tsx';
import { Link, navigate, PageTitle } from '../router.tsx';

/**
 * Shown where the order of a cart was looked for and there is none, or none any more: the card was declined, the customer said
 * no at the bank, or time was up. Leads back to checkout, where the cart says what happened.
 *
 * Only a cart that this browser remembers is taken up as it is. With a link to somebody else's, one would buy for their
 * address; of another one only the goods are taken, and only when asked to.
 */
export function NotPlaced({ cartId }: { cartId: string }) {
  const { cart, isLoading, refresh, takeOver } = useCart();
  const [refusal, setRefusal] = useState<string | null>(null);
  const isOurs = cart?.id === cartId;
  useEffect(() => {
    // What is known of it is from before.
    if (isOurs) void refresh().then(() => navigate('/checkout', { replace: true }));
  }, [isOurs]);
  if (isLoading || isOurs) return <Loading isPage what="your cart" />;

  async function takeUp(): Promise<void> {
    const taken = await takeOver(cartId);
    if (taken === 'refused') return setRefusal(lost);
    navigate('/cart');
  }

  return (
    <>
      <PageTitle title="This was not ordered" />
      <Notice tone="bad">There is no order of this cart, and nothing was charged for it.</Notice>
      {refusal && <Notice tone="bad">{refusal}</Notice>}
      <p className="button-row">
        <button type="button" className="button" onClick={() => void takeUp()}>
          Put what was in it into my cart
        </button>
        <Link to="/" className="button quiet">
          Look around
        </Link>
      </p>
    </>
  );
}
