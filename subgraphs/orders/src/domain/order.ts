// The rules of an order: which states there are and what may be done in each.

export type OrderStatus = 'PENDING' | 'CONFIRMED' | 'ON_HOLD' | 'COMPLETED' | 'CANCELLED' | 'FAILED' | 'EXPIRED';
export type PaymentStatus =
  | 'PENDING'
  | 'AUTHORIZED'
  | 'PARTIALLY_PAID'
  | 'PAID'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'VOIDED'
  | 'FAILED';
export type FulfillmentStatus = 'UNFULFILLED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'PARTIALLY_DELIVERED' | 'DELIVERED';
export type ReturnProgress = 'NONE' | 'REQUESTED' | 'PARTIALLY_RETURNED' | 'RETURNED';
export type OrderAction =
  | 'CANCEL'
  | 'PLACE_HOLD'
  | 'RELEASE_HOLD'
  | 'CAPTURE'
  | 'REFUND'
  | 'REQUEST_RETURN'
  | 'RETRY_SAGA';

/** What the rules look at. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly fulfillmentStatus: FulfillmentStatus;
  readonly grandTotal: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  /** More may be captured. */
  readonly isAuthorizationOpen: boolean;
  readonly hasHold: boolean;
  readonly isReturnWindowOpen: boolean;
  /** Units that have yet to leave. */
  readonly hasUnitsToShip: boolean;
  /** Units that left and may come back. */
  readonly hasUnitsToReturn: boolean;
  /** Units of it that had left were put back on the shelf, which cancelling would do a second time. */
  readonly hasRestockedUnits: boolean;
  readonly hasRunningSaga: boolean;
  /** Units whose refund brings back points that paid for them, and no money that was not captured. */
  readonly hasPointsToRestore: boolean;
  readonly hasSagaThatNeedsAttention: boolean;
}

const stands = (order: OrderFacts): boolean =>
  order.status === 'CONFIRMED' || order.status === 'ON_HOLD' || order.status === 'COMPLETED';

/** The condition of each action; staff's own are marked. A refusal and `availableActions` ask the same function. */
const conditions: Readonly<Record<OrderAction, { isForStaff: boolean; holds: (order: OrderFacts) => boolean }>> = {
  CANCEL: {
    isForStaff: false,
    holds: (order) =>
      (order.status === 'CONFIRMED' || order.status === 'ON_HOLD') &&
      order.fulfillmentStatus === 'UNFULFILLED' &&
      !order.hasRestockedUnits &&
      !order.hasRunningSaga,
  },
  PLACE_HOLD: {
    isForStaff: true,
    holds: (order) => (order.status === 'CONFIRMED' || order.status === 'ON_HOLD') && order.hasUnitsToShip,
  },
  RELEASE_HOLD: { isForStaff: true, holds: (order) => order.hasHold },
  CAPTURE: { isForStaff: true, holds: (order) => stands(order) && order.isAuthorizationOpen },
  REFUND: {
    isForStaff: true,
    // Also of an order that is over, when the provider took a refund back.
    holds: (order) =>
      order.status !== 'PENDING' &&
      (order.captured > order.refunded || (stands(order) && order.hasPointsToRestore)) &&
      !order.hasRunningSaga,
  },
  REQUEST_RETURN: {
    isForStaff: false,
    holds: (order) => stands(order) && order.isReturnWindowOpen && order.hasUnitsToReturn && !order.hasRunningSaga,
  },
  RETRY_SAGA: { isForStaff: true, holds: (order) => order.hasSagaThatNeedsAttention },
};

/** Whether an action is possible in this state, whoever asks. */
export function allows(order: OrderFacts, action: OrderAction): boolean {
  return conditions[action].holds(order);
}

/** What a caller may do now. Clients need no state machine of their own. */
export function availableActions(order: OrderFacts, isStaff: boolean): OrderAction[] {
  // The record is keyed by every action.
  const actions = Object.keys(conditions) as OrderAction[];
  return actions.filter((action) => (isStaff || !conditions[action].isForStaff) && allows(order, action));
}

/** Where the money stands, from what was taken and given back. */
export function paymentStatusOf(money: { grandTotal: bigint; captured: bigint; refunded: bigint }): PaymentStatus {
  const { grandTotal, captured, refunded } = money;
  if (captured === 0n) return grandTotal === 0n ? 'PAID' : 'AUTHORIZED';
  if (refunded >= captured) return 'REFUNDED';
  if (refunded > 0n) return 'PARTIALLY_REFUNDED';
  return captured < grandTotal ? 'PARTIALLY_PAID' : 'PAID';
}

/** How far the goods have come, from the units of goods. Those that were refunded before they left are not waited for. */
export function fulfillmentStatusOf(
  lines: readonly {
    readonly kind: 'PRODUCT' | 'SERVICE';
    readonly quantity: number;
    readonly shippedQuantity: number;
    readonly deliveredQuantity: number;
    readonly withdrawnQuantity?: number;
  }[],
): FulfillmentStatus {
  const goods = lines
    .filter((line) => line.kind === 'PRODUCT')
    .map(({ withdrawnQuantity = 0, ...line }) => ({
      ...line,
      quantity: Math.max(line.quantity - withdrawnQuantity, line.shippedQuantity),
    }))
    .filter((line) => line.quantity > 0);
  const all = (isThere: (line: (typeof goods)[number]) => boolean): boolean => goods.length > 0 && goods.every(isThere);
  if (all((line) => line.deliveredQuantity >= line.quantity)) return 'DELIVERED';
  if (goods.some((line) => line.deliveredQuantity > 0)) return 'PARTIALLY_DELIVERED';
  if (all((line) => line.shippedQuantity >= line.quantity)) return 'SHIPPED';
  return goods.some((line) => line.shippedQuantity > 0) ? 'PARTIALLY_SHIPPED' : 'UNFULFILLED';
}

/** What came back, from the units of goods and whether a return is on its way. */
export function returnProgressOf(
  lines: readonly {
    readonly kind: 'PRODUCT' | 'SERVICE';
    readonly quantity: number;
    readonly returnedQuantity: number;
  }[],
  hasOpenReturn: boolean,
): ReturnProgress {
  const goods = lines.filter((line) => line.kind === 'PRODUCT');
  if (goods.length > 0 && goods.every((line) => line.returnedQuantity >= line.quantity)) return 'RETURNED';
  if (hasOpenReturn) return 'REQUESTED';
  return goods.some((line) => line.returnedQuantity > 0) ? 'PARTIALLY_RETURNED' : 'NONE';
}
