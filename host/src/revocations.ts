import type { EventEnvelope } from '@ordergraph/events';
import type { Revocation } from '@ordergraph/gateway';
import type { EventPayloads } from '@ordergraph/schema';

/** Rights as accounts publishes their changes. */
type RightsEvent = {
  [Type in 'MerchantStatusChanged' | 'StaffMemberChanged' | 'RoleChanged' | 'ApiKeyChanged']: {
    readonly type: Type;
    readonly payload: EventPayloads[Type];
  };
}[keyof Pick<EventPayloads, 'MerchantStatusChanged' | 'StaffMemberChanged' | 'RoleChanged' | 'ApiKeyChanged'>];

/**
 * Whose rights an event of accounts takes away, or undefined when it takes none. What somebody gains they get with their
 * next token, so nothing is closed for it.
 */
export function revocationIn(event: EventEnvelope): Revocation | undefined {
  const { tenantId } = event;
  const at = Date.parse(event.occurredAt);
  // The bus has checked the payload against the contract that `type` names.
  const change = event as unknown as RightsEvent;
  switch (change.type) {
    case 'MerchantStatusChanged':
      return change.payload.after === 'ACTIVE' ? undefined : { tenantId, at };
    case 'StaffMemberChanged':
      return change.payload.change === 'INVITED'
        ? undefined
        : { tenantId, actorId: change.payload.staffMemberId, actorType: 'STAFF', at };
    case 'RoleChanged': {
      const { scopesBefore, scopesAfter } = change.payload;
      const isNarrower = (scopesBefore ?? []).some((scope) => !scopesAfter?.includes(scope));
      // Who has the role is not in the event: everybody of the staff gets a new token.
      return isNarrower ? { tenantId, actorType: 'STAFF', at } : undefined;
    }
    case 'ApiKeyChanged':
      // The tokens of a rotated key stay good for as long as its old secret.
      return change.payload.change === 'REVOKED'
        ? { tenantId, actorId: change.payload.apiKeyId, actorType: 'APP', at }
        : undefined;
    default:
      return undefined;
  }
}
