import { add, compare, isZero, prorate, subtract, type Money } from '@ordergraph/money';

/** Goods that came back without saying of which order. */
export interface ReturnedGoods {
  readonly sku: string;
  readonly quantity: number;
  /** An exact decimal in major units. */
  readonly unitPrice: string;
  /** What goes back for all of them. */
  readonly amount: Money;
}

/** A line of an earlier order with units that were not given back yet. */
export interface Purchase {
  readonly orderId: string;
  readonly orderLineId: string;
  readonly variantId: string | null;
  readonly sku: string;
  readonly unitPrice: string;
  readonly unitsLeft: number;
}

/** Units of a purchase that are given back, and the money for them. */
export interface MatchedUnits {
  readonly orderLineId: string;
  readonly variantId: string | null;
  readonly quantity: number;
  readonly amount: Money;
}

/** What of the returned goods no order accounts for. */
export interface UnmatchedGoods {
  /** Position among the returned goods. */
  readonly index: number;
  readonly quantity: number;
  readonly amount: Money;
}

export interface ReturnMatches {
  /** By order. */
  readonly matched: ReadonlyMap<string, readonly MatchedUnits[]>;
  readonly unmatched: readonly UnmatchedGoods[];
}

interface Take {
  readonly index: number;
  readonly purchase: Purchase;
  readonly quantity: number;
  readonly amount: Money;
}

/**
 * Finds the purchases that returned goods come from, in the order in which the purchases are given, those at the same
 * price first. An order gives back no more than is left of what was paid for it, and nothing at all when that would be
 * nothing.
 */
export function matchReturns(
  returned: readonly ReturnedGoods[],
  purchases: readonly Purchase[],
  payable: ReadonlyMap<string, Money>,
): ReturnMatches {
  const unitsLeft = new Map(purchases.map((purchase) => [purchase.orderLineId, purchase.unitsLeft]));
  const moneyLeft = new Map(payable);
  const taken = returned.flatMap((goods, index) => takeFrom(goods, index, purchases, unitsLeft, moneyLeft));
  const worthless = new Set(
    [...Map.groupBy(taken, (take) => take.purchase.orderId)]
      .filter(([, takes]) => takes.every((take) => isZero(take.amount)))
      .map(([orderId]) => orderId),
  );
  const kept = taken.filter((take) => !worthless.has(take.purchase.orderId));
  return {
    matched: new Map([...Map.groupBy(kept, (take) => take.purchase.orderId)].map(([id, takes]) => [id, merge(takes)])),
    unmatched: returned.flatMap((goods, index) => {
      const mine = kept.filter((take) => take.index === index);
      const quantity = goods.quantity - mine.reduce((units, take) => units + take.quantity, 0);
      const amount = mine.reduce((rest, take) => subtract(rest, take.amount), goods.amount);
      return quantity > 0 ? [{ index, quantity, amount }] : [];
    }),
  };
}

function takeFrom(
  goods: ReturnedGoods,
  index: number,
  purchases: readonly Purchase[],
  unitsLeft: Map<string, number>,
  moneyLeft: Map<string, Money>,
): Take[] {
  const ofSku = purchases.filter(({ sku }) => sku === goods.sku);
  const isSamePrice = ({ unitPrice }: Purchase): boolean => Number(unitPrice) === Number(goods.unitPrice);
  const takes: Take[] = [];
  let done = 0;
  for (const purchase of [...ofSku.filter(isSamePrice), ...ofSku.filter((other) => !isSamePrice(other))]) {
    const { orderId, orderLineId } = purchase;
    const left = unitsLeft.get(orderLineId) ?? 0;
    const quantity = Math.min(left, goods.quantity - done);
    const rest = moneyLeft.get(orderId);
    if (quantity === 0 || !rest) continue;
    // The difference of two running shares: however the units are split, their money sums to the whole.
    const amount = subtract(shareUntil(goods, done + quantity), shareUntil(goods, done));
    if (compare(amount, rest) > 0) continue;
    unitsLeft.set(orderLineId, left - quantity);
    moneyLeft.set(orderId, subtract(rest, amount));
    takes.push({ index, purchase, quantity, amount });
    done += quantity;
  }
  return takes;
}

const shareUntil = ({ amount, quantity }: ReturnedGoods, units: number): Money =>
  prorate(amount, BigInt(units), BigInt(quantity));

/** One entry per order line, since the same goods may stand twice among those returned. */
function merge(takes: readonly Take[]): MatchedUnits[] {
  const byLine = new Map<string, MatchedUnits>();
  for (const { purchase, quantity, amount } of takes) {
    const { orderLineId, variantId } = purchase;
    const before = byLine.get(orderLineId);
    byLine.set(orderLineId, {
      orderLineId,
      variantId,
      quantity: quantity + (before?.quantity ?? 0),
      amount: before ? add(before.amount, amount) : amount,
    });
  }
  return [...byLine.values()];
}
