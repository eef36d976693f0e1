/** Why points cannot be set aside, by the reason that loyalty gives. */
export function pointsRefused(reason: unknown): { code: string; message: string } {
  if (reason === 'NOT_REDEEMABLE' || reason === 'PROGRAM_INACTIVE') {
    return {
      code: 'POINTS_NOT_REDEEMABLE',
      message: 'These points cannot pay for this cart: see `Cart.loyaltyQuote` for how many can.',
    };
  }
  return { code: 'INSUFFICIENT_POINTS', message: 'There are not enough points.' };
}

/** Whether a field of an answer is an amount of money. */
export const isMoney = (value: unknown): value is { amount: string; currencyCode: string } =>
  typeof value === 'object' && value !== null && 'amount' in value && 'currencyCode' in value;
