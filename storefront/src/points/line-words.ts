import { formatDay } from '../words.ts';

/** A line of the points ledger, as far as its words need it. */
interface Line {
  readonly kind: string;
  readonly reason: string | null;
  readonly order: { readonly number: string } | null;
  readonly activatesAt: string | null;
}

const words: Readonly<Record<string, string>> = {
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
export function lineWords(line: Line): string {
  const what = wordsOfKind(line);
  const { order } = line;
  return order ? `${what}, order ${order.number}` : what;
}

function wordsOfKind({ kind, reason, activatesAt }: Line): string {
  if (kind === 'ADJUST' && reason) return reason;
  if (kind === 'EARN_PENDING')
    return activatesAt ? `earned, usable from ${formatDay(activatesAt)}` : 'earned, usable later';
  return words[kind] ?? kind.toLowerCase().replaceAll('_', ' ');
}
