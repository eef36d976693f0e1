import { freeUnitsOf, promisableOf, type Level } from './level.ts';

export type AllocationStrategy = 'LOCATION_PRIORITY' | 'FEWEST_SPLITS';

/** Units of one variant that somebody wants. */
export interface Wanted {
  readonly variantId: string;
  readonly quantity: number;
}

/** Units taken from one level. */
export interface Pick {
  readonly levelId: string;
  readonly quantity: number;
}

export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** Either where every unit comes from, or what is short. Never a part of what was wanted. */
export type Choice = { readonly picks: readonly Pick[] } | { readonly shortages: readonly Shortage[] };

/** Beyond this many locations the fewest are no longer searched for one by one. */
const searchedLocations = 12;

const byPriority = (a: Level, b: Level): number =>
  a.priority - b.priority || (a.locationId < b.locationId ? -1 : a.locationId > b.locationId ? 1 : 0);

/** One entry per variant, in the order in which they are first wanted. */
export function summed(lines: readonly Wanted[]): Wanted[] {
  const quantities = new Map<string, number>();
  for (const { variantId, quantity } of lines) {
    quantities.set(variantId, (quantities.get(variantId) ?? 0) + quantity);
  }
  return [...quantities].map(([variantId, quantity]) => ({ variantId, quantity }));
}

/** Decides which levels serve the wanted units; all of them or none. */
export function chooseLevels(strategy: AllocationStrategy, lines: readonly Wanted[], levels: readonly Level[]): Choice {
  const wanted = summed(lines).filter((line) => line.quantity > 0);
  const levelsOf = Map.groupBy(levels.toSorted(byPriority), (level) => level.variantId);
  const total = (line: Wanted, unitsOf: (level: Level) => number): number =>
    (levelsOf.get(line.variantId) ?? []).reduce((sum, level) => sum + unitsOf(level), 0);

  const shortages = wanted
    .filter((line) => total(line, promisableOf) < line.quantity)
    .map((line) => ({
      variantId: line.variantId,
      requested: line.quantity,
      available: total(line, promisableOf),
    }));
  if (shortages.length > 0) return { shortages };

  // A backordered unit saves no parcel while there are units on shelves.
  const isOnShelf = wanted.every((line) => total(line, freeUnitsOf) >= line.quantity);
  const unitsOf = isOnShelf ? freeUnitsOf : promisableOf;
  const chosen = strategy === 'FEWEST_SPLITS' ? fewestLocations(wanted, levels, unitsOf) : null;
  return {
    picks: wanted.flatMap((line) => {
      const own = levelsOf.get(line.variantId) ?? [];
      return take(line.quantity, chosen ? own.filter((level) => chosen.has(level.locationId)) : own);
    }),
  };
}

/** Takes units from the levels in their order: first what lies on shelves, then what may be backordered. */
function take(quantity: number, levels: readonly Level[]): Pick[] {
  const taken = new Map<string, number>();
  let missing = quantity;
  for (const unitsOf of [freeUnitsOf, promisableOf]) {
    for (const level of levels) {
      const before = taken.get(level.id) ?? 0;
      const units = Math.min(missing, unitsOf(level) - before);
      if (units <= 0) continue;
      taken.set(level.id, before + units);
      missing -= units;
    }
  }
  return [...taken].map(([levelId, units]) => ({ levelId, quantity: units }));
}

/** The smallest set of locations that has everything; of several, the one whose locations come first by priority. */
function fewestLocations(
  wanted: readonly Wanted[],
  levels: readonly Level[],
  unitsOf: (level: Level) => number,
): ReadonlySet<string> {
  const needed = new Set(wanted.map((line) => line.variantId));
  const useful = levels.filter((level) => needed.has(level.variantId) && unitsOf(level) > 0).toSorted(byPriority);
  const locations = [...new Set(useful.map((level) => level.locationId))];
  const missingWith = (chosen: ReadonlySet<string>): number =>
    wanted.reduce((sum, line) => {
      const units = useful
        .filter((level) => level.variantId === line.variantId && chosen.has(level.locationId))
        .reduce((held, level) => held + unitsOf(level), 0);
      return sum + Math.max(0, line.quantity - units);
    }, 0);

  if (locations.length <= searchedLocations) {
    for (let size = 1; size <= locations.length; size += 1) {
      for (const subset of subsets(locations, size)) {
        const chosen = new Set(subset);
        if (missingWith(chosen) === 0) return chosen;
      }
    }
  }
  // Too many to search: always the location that brings most of what is still missing.
  const chosen = new Set<string>();
  while (missingWith(chosen) > 0) {
    const rest = locations.filter((location) => !chosen.has(location));
    const best = rest.reduce((a, b) =>
      missingWith(new Set([...chosen, b])) < missingWith(new Set([...chosen, a])) ? b : a,
    );
    chosen.add(best);
  }
  return chosen;
}

/** All subsets of that size, those with earlier members first. */
function* subsets<Member>(members: readonly Member[], size: number): Generator<Member[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, member] of members.entries()) {
    for (const rest of subsets(members.slice(index + 1), size - 1)) yield [member, ...rest];
  }
}
