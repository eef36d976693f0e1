/** A line of the points ledger, as far as its words need it. */
interface Line {
  readonly kind: string;
  readonly reason: string | null;
  readonly order: { readonly number: string } | null;
}

const words: Readonly<Record<string, string>> = {
  EARN_PENDING: 'earned, usable later',
  ACTIVATE: 'usable now',
  EARN: 'earned',
  REDEEM_HOLD: 'set aside at checkout',
  REDEEM_CAPTURE: 'paid with',
  REDEEM_RELEASE: 'given back from checkout',
  REVERSE_EARN: 'taken back after a refund',
  REVERSE_HOLD: 'set aside for a refund',
  REVERSE_RELEASE: 'given back, the refund did not happen',
  RESTORE_REDEEMED: 'given back after a refund',
  EXPIRE: 'lapsed',
  ADJUST: 'changed by the shop',
};

/** What a line of the ledger means, in a few words. */
export function lineWords({ kind, reason, order }: Line): string {
  const what = kind === 'ADJUST' && reason ? reason : (words[kind] ?? kind.toLowerCase().replaceAll('_', ' '));
  return order ? `${what}, order ${order.number}` : what;
}
