import { money } from '@ordergraph/money';
import type { PaymentProvider, ProviderCall, ProviderResult } from '../provider/provider.ts';
import type { ClaimedOperation } from './claim.ts';

/** What came of asking the provider. */
export interface Finding {
  readonly result: ProviderResult;
  /** True when a refund was confirmed and then taken back. */
  readonly isReversed: boolean;
}

const found = (result: ProviderResult): Finding => ({ result, isReversed: false });
const nothing: Finding = found({ outcome: 'succeeded', reference: '', expiresAt: null });

/**
 * Carries an operation to the provider. From the second attempt on it asks first: an earlier call may have been heard,
 * and only "never seen" allows to send it again. Throws when the outcome is unknown.
 */
export async function perform(
  provider: PaymentProvider,
  operation: ClaimedOperation,
  signal: AbortSignal,
): Promise<Finding> {
  const call: ProviderCall = { tenantId: operation.tenantId, key: operation.key, signal };
  if (operation.kind === 'RECONCILE') {
    const record = await provider.get({ ...call, key: operation.chargeKey ?? '' });
    return record ? { result: record.result, isReversed: record.isReversed } : nothing;
  }
  if (operation.attempts > 1) {
    const record = await provider.get(call);
    if (record) return { result: record.result, isReversed: record.isReversed };
  }
  return send(provider, operation, call);
}

async function send(provider: PaymentProvider, operation: ClaimedOperation, call: ProviderCall): Promise<Finding> {
  const amount = money(operation.amountMinor, operation.currencyCode);
  const { methodToken, returnUrl, chargeReference, isFinal } = operation;
  switch (operation.kind) {
    case 'AUTHORIZE':
      return found(await provider.authorize({ ...call, amount, methodToken: methodToken ?? '', returnUrl }));
    case 'CAPTURE':
      return found(await provider.capture({ ...call, amount, reference: chargeReference ?? '', isFinal }));
    case 'REFUND':
      return found(await provider.refund({ ...call, amount, reference: chargeReference ?? '' }));
    case 'CREDIT':
      return found(await provider.credit({ ...call, amount, methodToken: methodToken ?? '' }));
    case 'VOID': {
      // What the provider has now decides, not what we believe: the authorisation may never have reached it.
      const record = operation.chargeKey ? await provider.get({ ...call, key: operation.chargeKey }) : null;
      if (!record?.charge?.isOpen) return nothing;
      return found(await provider.void({ ...call, reference: record.charge.reference }));
    }
    case 'RECONCILE':
      return nothing;
  }
}
