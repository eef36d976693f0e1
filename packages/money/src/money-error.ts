/** A value that is not money, or a sum that money does not allow. The message says what was expected and what came. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
}

/** How a refused value is shown: quoted and short, since it may come from outside. */
export function shown(value: unknown): string {
  if (typeof value !== 'string')
    return typeof value === 'bigint' ? `${value}n` : `the ${typeof value} ${String(value)}`.slice(0, 40);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
