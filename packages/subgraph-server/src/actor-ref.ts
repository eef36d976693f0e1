import type { Actor } from '@ordergraph/events';
import { encodeId } from './ids.ts';

/** Who acted, as the API names them: the key under which other subgraphs tell who that was. */
export interface ActorRef {
  readonly type: Exclude<Actor['type'], 'CARRIER'>;
  /** Opaque. Null for the product itself and for a shopper who was not signed in. */
  readonly id: string | null;
}

const idTypes = { CUSTOMER: 'Customer', STAFF: 'StaffMember', APP: 'ApiKey' } as const;

/** Who acted, as the API names them. It knows no carriers: what one reports is the product's doing. */
export function actorRef({ type, id }: Actor): ActorRef {
  if (type === 'SYSTEM' || type === 'CARRIER') return { type: 'SYSTEM', id: null };
  return { type, id: id === null ? null : encodeId(idTypes[type], id) };
}
