import type { Actor } from '@ordergraph/events';
import { encodeId } from '@ordergraph/subgraph-server';
import type { ActorType } from '../../generated/graphql.ts';

const idTypes = { CUSTOMER: 'Customer', STAFF: 'StaffMember', APP: 'ApiKey' } as const;

/** Who did it, as the API shows it. Names live with their owners. */
export function actorRef({ type, id }: Actor): { type: ActorType; id: string | null; displayName: null } {
  if (type !== 'CUSTOMER' && type !== 'STAFF' && type !== 'APP') return { type: 'SYSTEM', id: null, displayName: null };
  return { type, id: id && encodeId(idTypes[type], id), displayName: null };
}
