/**
 * The accounts that points lie on. `available`, `pending` and `held` are the customer's; the others are the merchant's
 * counter accounts, so that the sum over all of them is zero after every transaction: what is `issued` goes below zero, what
 * was `redeemed` and what `expired` above. `adjusted` takes what staff give and take.
 */
export const ledgerAccounts = ['available', 'pending', 'held', 'issued', 'redeemed', 'expired', 'adjusted'] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];

/** What lies on each account. */
export type Balance = Readonly<Record<LedgerAccount, number>>;

export const emptyBalance: Balance = {
  available: 0,
  pending: 0,
  held: 0,
  issued: 0,
  redeemed: 0,
  expired: 0,
  adjusted: 0,
};

/** What a transaction moved. */
export type TransactionKind =
  | 'EARN_PENDING'
  | 'ACTIVATE'
  | 'EARN'
  | 'REDEEM_HOLD'
  | 'REDEEM_CAPTURE'
  | 'REDEEM_RELEASE'
  | 'REVERSE_HOLD'
  | 'REVERSE_RELEASE'
  | 'REVERSE_EARN'
  | 'RESTORE_REDEEMED'
  | 'EXPIRE'
  | 'ADJUST';

/** One side of a transaction: what an account gains, or loses where it is below zero. */
export interface Posting {
  readonly account: LedgerAccount;
  readonly points: number;
}

/** The sides of a transaction from what each account gains; accounts that gain nothing have no side. */
export function postingsOf(gains: Partial<Balance>): Posting[] {
  const postings = ledgerAccounts.flatMap((account) => {
    const points = gains[account] ?? 0;
    return points === 0 ? [] : [{ account, points }];
  });
  const sum = postings.reduce((total, { points }) => total + points, 0);
  if (sum !== 0 || postings.length === 0) {
    throw new Error(`The sides of a transaction sum to zero and move something; got ${JSON.stringify(gains)}.`);
  }
  return postings;
}

/** The balance after a transaction. */
export function afterPostings(balance: Balance, postings: readonly Posting[]): Balance {
  const after: Record<LedgerAccount, number> = { ...balance };
  for (const { account, points } of postings) after[account] += points;
  return after;
}
