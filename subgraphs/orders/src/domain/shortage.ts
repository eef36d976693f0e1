import type { Refusal, SagaPayload } from './saga-rules.ts';

/** A variant of which inventory has fewer units than were asked for. */
export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** Reads `StockReservationFailed` as a refusal, and keeps what was short for the customer to see. */
export function outOfStock(message: string) {
  return <Facts extends { readonly shortages: readonly Shortage[] }>(
    facts: Facts,
    payload: SagaPayload,
  ): Refusal<Facts> => ({
    code: 'INSUFFICIENT_STOCK',
    message,
    // The event was checked against its contract, which has them like this.
    facts: { ...facts, shortages: payload['shortages'] as readonly Shortage[] },
  });
}
