import { formatMoney, type Money } from '../money.ts';

/** An amount of money. */
export const Price = ({ money, className }: { money: Money; className?: string }) => (
  <span className={`price ${className ?? ''}`}>{formatMoney(money)}</span>
);

interface Totals {
  readonly subtotal: Money;
  readonly shippingTotal: Money;
  readonly taxTotal: Money;
  readonly loyaltyTotal: Money;
  readonly grandTotal: Money;
  readonly taxesIncluded: boolean;
}

/** Where a total comes from, line by line. */
export function TotalsTable({ totals, hasShipping = true }: { totals: Totals; hasShipping?: boolean }) {
  const { subtotal, shippingTotal, taxTotal, loyaltyTotal, grandTotal, taxesIncluded } = totals;
  const hasPoints = !/^0+(\.0+)?$/.test(loyaltyTotal.amount);
  return (
    <dl className="totals">
      <dt>Items</dt>
      <dd>
        <Price money={subtotal} />
      </dd>
      <dt>Shipping</dt>
      <dd>{hasShipping ? <Price money={shippingTotal} /> : 'after the address'}</dd>
      {hasPoints && (
        <>
          <dt>Paid with points</dt>
          <dd>
            −<Price money={loyaltyTotal} />
          </dd>
        </>
      )}
      {!taxesIncluded && (
        <>
          <dt>Tax</dt>
          <dd>
            <Price money={taxTotal} />
          </dd>
        </>
      )}
      <dt className="grand">Total</dt>
      <dd className="grand">
        <Price money={grandTotal} />
      </dd>
      {taxesIncluded && (
        <>
          <dt className="aside">Tax included</dt>
          <dd className="aside">
            <Price money={taxTotal} />
          </dd>
        </>
      )}
    </dl>
  );
}
