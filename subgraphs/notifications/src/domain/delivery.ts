/** After this many attempts a mail is given up. */
export const maxAttempts = 8;

// Longer than all of a mail server's timeouts together: a mail whose sender lives is never taken by another.
const leaseMs = 5 * 60_000;
const firstPauseMs = 60_000;

/** Until when a claimed mail belongs to its sender; after that the sender is taken for dead. */
export const leaseUntil = (now: Date): Date => new Date(now.getTime() + leaseMs);

/** When a mail is tried again: 1, 2, 4 … minutes after the attempt, a fifth more or less by `chance` (0 to 1). */
export function nextAttemptAt(now: Date, attempts: number, chance: number): Date {
  return new Date(now.getTime() + firstPauseMs * 2 ** (attempts - 1) * (0.8 + 0.4 * chance));
}

/** Why no mail can ever reach the address; null when it may. */
export function undeliverableReason(address: string): string | null {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return domain === 'invalid' || domain.endsWith('.invalid')
    ? 'The address ends in .invalid, a domain that RFC 2606 reserves for addresses nobody has.'
    : null;
}

/**
 * Takes the address out of a mail server's words: they are kept and published in plain text. A server may say anything, and
 * the end may cut a pair of surrogates: what no text of PostgreSQL holds is left out or replaced.
 */
export function withoutAddress(text: string, address: string): string {
  const escaped = address.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(escaped, 'gi'), '(recipient)').replaceAll('\0', '').slice(0, 500).toWellFormed();
}
