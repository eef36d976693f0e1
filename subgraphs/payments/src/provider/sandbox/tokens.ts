import type { MethodDescription } from '../provider.ts';

/** How the sandbox behaves for a token. What is absent goes well at once. */
export interface TokenBehaviour extends MethodDescription {
  readonly authorize?: 'decline' | 'action' | 'late-success' | 'late-decline';
  readonly capture?: 'decline';
  readonly refund?: 'decline' | 'late-success' | 'reversed';
  /** The reason of a decline, and whether the same card may succeed later. */
  readonly code?: string;
  readonly isRetryable?: boolean;
  /** What happens to the first call of a kind: its answer is lost, it is lost itself, or the provider stumbles. */
  readonly trouble?: {
    readonly during: 'AUTHORIZE' | 'CAPTURE' | 'REFUND' | 'VOID';
    readonly kind: 'answer-lost' | 'call-lost' | 'error';
  };
  readonly webhooks?: 'twice' | 'out-of-order';
}

const visa = { brand: 'visa', last4: '4242' };

/** The usual test cards. Every token that is not here is unknown to the sandbox. */
const behaviours: Readonly<Record<string, TokenBehaviour>> = {
  tok_visa: visa,
  tok_mastercard: { brand: 'mastercard', last4: '4444' },
  tok_amex: { brand: 'amex', last4: '8431' },
  tok_chargeDeclined: { brand: 'visa', last4: '0002', authorize: 'decline', code: 'card_declined', isRetryable: true },
  tok_insufficient_funds: {
    brand: 'visa',
    last4: '9995',
    authorize: 'decline',
    code: 'insufficient_funds',
    isRetryable: true,
  },
  tok_expired_card: { brand: 'visa', last4: '0069', authorize: 'decline', code: 'expired_card' },
  tok_incorrect_cvc: { brand: 'visa', last4: '0127', authorize: 'decline', code: 'incorrect_cvc', isRetryable: true },
  tok_3ds_required: { brand: 'visa', last4: '3220', authorize: 'action' },
  tok_timeout_then_succeed: { ...visa, trouble: { during: 'AUTHORIZE', kind: 'answer-lost' } },
  tok_timeout_then_decline: {
    brand: 'visa',
    last4: '0002',
    authorize: 'decline',
    code: 'card_declined',
    trouble: { during: 'AUTHORIZE', kind: 'answer-lost' },
  },
  tok_call_lost: { ...visa, trouble: { during: 'AUTHORIZE', kind: 'call-lost' } },
  tok_server_error: { ...visa, trouble: { during: 'AUTHORIZE', kind: 'error' } },
  tok_late_success: { ...visa, authorize: 'late-success' },
  tok_late_decline: { brand: 'visa', last4: '0002', authorize: 'late-decline', code: 'card_declined' },
  tok_capture_declined: { brand: 'visa', last4: '0341', capture: 'decline', code: 'card_declined' },
  tok_capture_timeout: { ...visa, trouble: { during: 'CAPTURE', kind: 'answer-lost' } },
  tok_void_timeout: { ...visa, trouble: { during: 'VOID', kind: 'answer-lost' } },
  tok_refund_fails: { brand: 'visa', last4: '5126', refund: 'decline', code: 'account_closed' },
  tok_refund_timeout: { ...visa, trouble: { during: 'REFUND', kind: 'answer-lost' } },
  tok_refund_pending: { brand: 'visa', last4: '7726', refund: 'late-success' },
  tok_refund_reversed: { brand: 'visa', last4: '3184', refund: 'reversed' },
  tok_webhook_twice: { ...visa, authorize: 'late-success', webhooks: 'twice' },
  tok_webhook_out_of_order: { ...visa, authorize: 'late-success', webhooks: 'out-of-order' },
};

/** What the sandbox does for a token; null when it does not know it. */
export function behaviourOf(token: string): TokenBehaviour | null {
  return Object.hasOwn(behaviours, token) ? (behaviours[token] ?? null) : null;
}

/** All tokens that the sandbox knows. */
export const sandboxTokens: readonly string[] = Object.keys(behaviours);
