import type { Act } from './act.ts';
import { cancelOrder, keepOrder } from './end-cancellation.ts';
import { freezeCart, reopenCart } from './end-checkout.ts';
import { confirmOrder, failOrder } from './end-placing.ts';
import { completeRefund, unlockRefund } from './end-refund.ts';
import { refundEverything } from './refund-everything.ts';

const byName: Readonly<Record<string, Act>> = {
  FreezeCart: freezeCart,
  ReopenCart: reopenCart,
  ConfirmOrder: confirmOrder,
  FailOrder: failOrder,
  CompleteRefund: completeRefund,
  UnlockRefund: unlockRefund,
  RefundEverything: refundEverything,
  CancelOrder: cancelOrder,
  KeepOrder: keepOrder,
};

/** The act that a saga's rules name after `orders.`. */
export function acts(name: string): Act {
  const act = byName[name];
  if (!act) throw new Error(`The sagas of orders name the act ${name}, which does not exist.`);
  return act;
}
