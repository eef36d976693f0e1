import type { Money } from '@ordergraph/money';

/**
 * What a provider did with a call. A timeout, a broken connection or an answer that makes no sense is none of these:
 * the call throws, and what it did is unknown until the provider is asked by the key.
 */
export type ProviderResult =
  | { readonly outcome: 'succeeded'; readonly reference: string; readonly expiresAt: Date | null }
  | { readonly outcome: 'declined'; readonly code: string; readonly isRetryable: boolean }
  | { readonly outcome: 'requiresAction'; readonly reference: string; readonly url: string }
  /** The provider took the call and will decide later. */
  | { readonly outcome: 'pending'; readonly reference: string };

/** A charge as the provider has it now, in minor units. */
export interface ProviderCharge {
  readonly reference: string;
  /** True while something is authorised, or may still become so. */
  readonly isOpen: boolean;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
}

/** What a provider knows of a key. */
export interface ProviderRecord {
  readonly result: ProviderResult;
  /** True when a refund was confirmed and then taken back. */
  readonly isReversed: boolean;
  readonly charge: ProviderCharge | null;
}

/** What every call carries. */
export interface ProviderCall {
  /** The merchant, whose account at the provider it concerns. */
  readonly tenantId: string;
  /** The provider does a key once: the same key again gets the first result. */
  readonly key: string;
  /** Aborted when the caller stops waiting. The provider may have done it all the same. */
  readonly signal: AbortSignal;
}

/** What payments needs of a provider. */
export interface PaymentProvider {
  authorize(
    call: ProviderCall & { amount: Money; methodToken: string; returnUrl: string | null },
  ): Promise<ProviderResult>;
  capture(call: ProviderCall & { reference: string; amount: Money; isFinal: boolean }): Promise<ProviderResult>;
  /** Gives up what is authorised and not captured. */
  void(call: ProviderCall & { reference: string }): Promise<ProviderResult>;
  refund(call: ProviderCall & { reference: string; amount: Money }): Promise<ProviderResult>;
  /** Sends money without a charge to refund. */
  credit(call: ProviderCall & { amount: Money; methodToken: string }): Promise<ProviderResult>;
  /** What was done for a key. Null says for certain that the provider never saw it. */
  get(call: ProviderCall): Promise<ProviderRecord | null>;
}

/** What can be said about a payment method without anything secret. */
export interface MethodDescription {
  readonly brand: string;
  readonly last4: string;
}
