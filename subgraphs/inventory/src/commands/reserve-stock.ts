import type { Transaction } from '@ordergraph/events';
import type { ReserveStock } from '@ordergraph/schema';
import { holdStock } from './hold-stock.ts';

/** Holds stock for a checkout until its deadline. */
export function reserveStock(tx: Transaction, { cartId, lines, expiresAt }: ReserveStock): Promise<void> {
  return holdStock(tx, { cartId, orderId: null, lines, expiresAt });
}
