import { encodeId } from '@ordergraph/subgraph-server';

// What the id of an actor names, by its kind; the product itself and guests have none.
const types = { CUSTOMER: 'Customer', STAFF: 'StaffMember', APP: 'ApiKey', SYSTEM: null } as const;

/** Who acted, as the API tells it. */
export function actorRef(type: keyof typeof types, id: string | null | undefined) {
  const entity = types[type];
  return { type, id: entity && id ? encodeId(entity, id) : null, displayName: null };
}
