import type { Transaction } from '@ordergraph/events';
import { done, refuse, textProblem, type Outcome } from '@ordergraph/subgraph-server';
import type { InventoryErrorCode } from '../../generated/graphql.ts';
import { StockedVariant } from '../entities/stocked-variant.entity.ts';
import { openLevels, type OpenLevels } from '../ledger/open-levels.ts';
import { findLocations } from './locations.ts';

/** A level as staff name it. Null is an id that names nothing; an absent location is the default one. */
export interface NamedPlace {
  readonly variantId: string | null;
  readonly locationId?: string | null;
}

/** The levels that staff named, in their order. */
export interface OpenPlaces extends OpenLevels {
  readonly levelIds: readonly string[];
}

const maxPlaces = 250;
const maxReason = 1_000;

/** Finds and locks the levels that staff named, or refuses with the first that cannot be. */
export async function openPlaces(
  tx: Transaction,
  input: { readonly field: string | null; readonly places: readonly NamedPlace[]; readonly reason: string },
): Promise<Outcome<OpenPlaces, InventoryErrorCode>> {
  const { field, places, reason } = input;
  const pathTo = (index: number, name: string): string[] => (field ? [field, String(index), name] : [name]);
  if (places.length < 1 || places.length > maxPlaces) {
    return refuse('INVALID', `Expected 1 to ${maxPlaces} entries, got ${places.length}.`, field ? [field] : null);
  }
  const wrongReason = textProblem('A reason', reason, maxReason);
  if (wrongReason) return refuse('INVALID', wrongReason, ['reason']);
  const locationOf = await findLocations(
    tx,
    places.map((place) => place.locationId),
  );
  const variantIds = places.flatMap((place) => place.variantId ?? []);
  const variants = await tx.em.find(StockedVariant, { id: { $in: variantIds } }, { fields: ['id'] });
  const known = new Set(variants.map((variant) => variant.id));

  const found = [];
  for (const [index, { variantId, locationId }] of places.entries()) {
    if (variantId === null || !known.has(variantId)) {
      return refuse('NOT_FOUND', 'There is no variant with this id.', pathTo(index, 'variantId'));
    }
    const location = locationId === null ? null : locationOf(locationId);
    if (!location) return refuse('NOT_FOUND', 'There is no location with this id.', pathTo(index, 'locationId'));
    if (!location.isActive) {
      return refuse('LOCATION_INACTIVE', `${location.name} stores nothing any more.`, pathTo(index, 'locationId'));
    }
    found.push({ variantId, location });
  }
  const open = await openLevels(tx, found);
  return done({ ...open, levelIds: found.map((place) => open.idAt(place)) });
}
