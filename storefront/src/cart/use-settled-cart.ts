import { useEffect } from 'react';
import type { OrderPageFragment } from '../../generated/operations.ts';
import { useCart } from './cart-context.tsx';

/** Once an order is settled, the cart that it was is done with: forgotten, or, where the order came to nothing, open again. */
export function useSettledCart({ id, status }: Pick<OrderPageFragment, 'id' | 'status'>): void {
  const { placed, refresh, forget } = useCart();
  const isSettled = placed?.orderId === id && status !== 'PENDING';
  useEffect(() => {
    if (!isSettled) return;
    if (status === 'FAILED' || status === 'EXPIRED') void refresh();
    else forget();
  }, [isSettled, status]);
}
