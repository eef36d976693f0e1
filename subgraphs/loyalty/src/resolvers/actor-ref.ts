import type { Actor } from '@ordergraph/events';
import { encodeId } from '@ordergraph/subgraph-server';

// What the id of an actor names, by its kind; the product itself and guests have none.
const types = { CUSTOMER: 'Customer', STAFF: 'StaffMember', APP: 'ApiKey', SYSTEM: null, CARRIER: null } as const;

/** Who acted, as the API tells it. A carrier is nobody whom it knows. */
export function actorRef(type: Actor['type'], id: string | null | undefined) {
  const entity = types[type];
  return {
    type: type === 'CARRIER' ? 'SYSTEM' : type,
    id: entity && id ? encodeId(entity, id) : null,
    displayName: null,
  } as const;
}
