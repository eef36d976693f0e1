import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { Location, type StoredAddress } from '../entities/location.entity.ts';

/** A place for goods. */
export interface LocationFields {
  /** Absent: a new one. Null: an id that names nothing. */
  readonly id?: string | null;
  readonly name: string;
  readonly address: StoredAddress;
  readonly priority: number;
  readonly isActive: boolean;
}

/** Adds a location, or changes one. An inactive one keeps its goods and promises none of them. */
export async function upsertLocation(
  tx: Transaction,
  { id, ...fields }: LocationFields,
): Promise<Outcome<{ locationId: string }, InventoryErrorCode>> {
  const wrongName = textProblem('A name', fields.name, 200);
  if (wrongName) return refuse('INVALID', wrongName, ['name']);
  if (!/^[A-Z]{2}$/.test(fields.address.countryCode)) {
    return refuse('INVALID', 'A country is two capital letters, such as DE.', ['address', 'countryCode']);
  }
  if (id === undefined) {
    const location = tx.em.create(Location, { id: newId(), tenantId: tx.tenantId, ...fields });
    await tx.em.flush();
    return done({ locationId: location.id });
  }
  const location = id === null ? null : await tx.em.findOne(Location, { id });
  if (!location) return refuse('NOT_FOUND', 'There is no location with this id.', ['id']);
  Object.assign(location, fields);
  await tx.em.flush();
  return done({ locationId: location.id });
}
