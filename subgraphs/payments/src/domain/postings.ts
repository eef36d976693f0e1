import { negate, type Money } from '@ordergraph/money';

/**
 * `psp_clearing` is money that the provider holds for the merchant, `receivable` what customers owe,
 * `unreferenced_refunds` what was given back without an order. Debit is above zero, credit below.
 */
export type Account = 'psp_clearing' | 'receivable' | 'unreferenced_refunds';

/** What moved. An authorisation or its end moves nothing. */
export type Movement = 'CAPTURE' | 'REFUND' | 'REFUND_REVERSAL' | 'UNREFERENCED_REFUND';

/** One side of a ledger entry. */
export interface PostingSide {
  readonly account: Account;
  readonly amount: Money;
}

const move = (to: Account, from: Account, amount: Money): PostingSide[] => [
  { account: to, amount },
  { account: from, amount: negate(amount) },
];

/** The two sides of an entry. A correction is an entry the other way round, never a change. */
export function postingsOf(movement: Movement, amount: Money): PostingSide[] {
  switch (movement) {
    case 'CAPTURE':
    case 'REFUND_REVERSAL':
      return move('psp_clearing', 'receivable', amount);
    case 'REFUND':
      return move('receivable', 'psp_clearing', amount);
    case 'UNREFERENCED_REFUND':
      return move('unreferenced_refunds', 'psp_clearing', amount);
  }
}
