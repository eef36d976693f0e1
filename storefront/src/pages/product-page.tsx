import { useState } from 'react';
import { StorefrontProductDocument } from '../../generated/operations.ts';
import { useCart } from '../cart/cart-context.tsx';
import { quantityIn } from '../cart/cart-server.ts';
import { useQuestion } from '../live/use-question.ts';
import { Availability } from '../parts/availability.tsx';
import { Icon } from '../parts/icons.tsx';
import { Price } from '../parts/price.tsx';
import { ProductArt } from '../parts/product-art.tsx';
import { QuantityField } from '../parts/quantity-field.tsx';
import { Empty, Failed, Loading, Notice } from '../parts/states.tsx';
import { Link, PageTitle } from '../router.tsx';
import { useShopper } from '../session/session-context.ts';
import { formatCount, plural } from '../words.ts';

/** One product: what it is, which variants there are, what they cost, and whether there is any. */
export function ProductPage({ handle }: { handle: string }) {
  const { merchant } = useShopper();
  const { data, error, isLoading, ask } = useQuestion(StorefrontProductDocument, { variables: { handle } });
  const { cart, add } = useCart();
  const [chosen, setChosen] = useState<string | null>(null);
  const [quantity, setQuantity] = useState(1);
  const [isBusy, setIsBusy] = useState(false);
  const [said, setSaid] = useState<{ tone: 'good' | 'bad'; text: string } | null>(null);

  const product = data?.product;
  if (!product) {
    if (isLoading) return <Loading isPage what="the product" />;
    if (error) return <Failed isPage what="The product did not come." onRetry={ask} />;
    return (
      <>
        <PageTitle title="No such product" />
        <Empty title="It is no longer sold here">
          <Link to="/" className="button">
            To the shop
          </Link>
        </Empty>
      </>
    );
  }
  const variants = product.variants.nodes;
  const isThere = ({ availability }: (typeof variants)[number]): boolean => availability?.status !== 'OUT_OF_STOCK';
  const variant = variants.find(({ id }) => id === chosen) ?? variants.find(isThere) ?? variants[0];
  const price =
    variant?.basePrices.find(({ currencyCode }) => currencyCode === merchant?.defaultCurrencyCode) ??
    variant?.basePrices[0];
  const optionName = variant?.options[0]?.name ?? 'Variant';

  // The merchant may keep the number to themselves.
  const inStock = variant?.availability?.status === 'BACKORDER' ? null : (variant?.availability?.quantity ?? null);
  const inCart = variant ? quantityIn(cart, variant.id) : 0;
  const canPut = variant !== undefined && isThere(variant);

  async function put(): Promise<void> {
    if (!variant || !product || isBusy) return;
    setIsBusy(true);
    setSaid(null);
    const refusal = await add(variant.id, quantity);
    setIsBusy(false);
    setSaid(
      refusal
        ? { tone: 'bad', text: refusal }
        : { tone: 'good', text: `${plural(quantity, 'piece')} of ${product.title} put into the cart.` },
    );
  }

  return (
    <article className="product">
      <Link to="/" className="back">
        <Icon name="back" /> All products
      </Link>
      <div className="product-picture">
        <ProductArt product={product} size="large" />
      </div>
      <div className="product-facts">
        {product.category && <p className="eyebrow">{product.category.name}</p>}
        <PageTitle title={product.title} />
        {price && (
          <p className="product-price">
            <Price money={price} />
            <small>{merchant?.taxesIncluded === false ? 'plus tax' : 'tax included'}, plus shipping</small>
          </p>
        )}
        {product.description && <p className="lead">{product.description}</p>}
        {variants.length > 1 && (
          <fieldset className="choices">
            <legend>{optionName}</legend>
            {variants.map((one) => (
              <label key={one.id} className={isThere(one) ? '' : 'gone'}>
                <input
                  type="radio"
                  name="variant"
                  checked={one.id === variant?.id}
                  onChange={() => setChosen(one.id)}
                />
                <span>
                  {one.options[0]?.value ?? one.title}
                  {!isThere(one) && <span className="visually-hidden">, sold out</span>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <p>
          <Availability status={variant?.availability?.status ?? null} quantity={variant?.availability?.quantity} />
        </p>
        <div className="buy">
          <QuantityField label={`Quantity of ${product.title}`} value={quantity} onChange={setQuantity} />
          <button
            type="button"
            className="button large"
            disabled={!canPut}
            // Not disabled, which would take the focus away.
            aria-disabled={isBusy}
            onClick={() => void put()}
          >
            {variant && !canPut ? 'Sold out' : isBusy ? 'One moment …' : 'Put into the cart'}
          </button>
        </div>
        <div aria-live="polite">
          {said && (
            <Notice tone={said.tone}>
              {said.text} {said.tone === 'good' && <Link to="/cart">To the cart</Link>}
            </Notice>
          )}
          {said?.tone === 'good' && inStock !== null && inCart > inStock && (
            <Notice tone="bad">
              Only {formatCount(inStock)} left, and {formatCount(inCart)} in your cart. Take some out before you go to
              checkout.
            </Notice>
          )}
        </div>
      </div>
    </article>
  );
}
