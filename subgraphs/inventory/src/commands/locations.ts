import type { Transaction } from '@ordergraph/events';
import { Location } from '../entities/location.entity.ts';

/** Where goods go when nobody says where: the active location that comes first. */
export async function findDefaultLocation(tx: Transaction): Promise<Location | null> {
  return tx.em.findOne(Location, { isActive: true }, { orderBy: { priority: 'asc', id: 'asc' } });
}

/** Finds locations for a command: the named ones, and the default one for whatever names none. */
export async function findLocations(
  tx: Transaction,
  ids: readonly (string | null | undefined)[],
): Promise<(id: string | null | undefined) => Location | null> {
  const named = [...new Set(ids.filter((id) => typeof id === 'string'))];
  const found = named.length > 0 ? await tx.em.find(Location, { id: { $in: named } }) : [];
  const byId = new Map(found.map((location) => [location.id, location]));
  const fallback = ids.some((id) => id == null) ? await findDefaultLocation(tx) : null;
  return (id) => (id == null ? fallback : (byId.get(id) ?? null));
}
