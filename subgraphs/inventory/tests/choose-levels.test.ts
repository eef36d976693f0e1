import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseLevels, type AllocationStrategy, type Choice } from '../src/domain/choose-levels.ts';
import { availableOf, promisableOf, type Level } from '../src/domain/level.ts';

const aLevel = (over: Partial<Level> = {}): Level => ({
  id: `${over.variantId ?? 'mug'}@${over.locationId ?? 'berlin'}`,
  variantId: 'mug',
  locationId: 'berlin',
  onHand: 10,
  reserved: 0,
  allocated: 0,
  safetyStock: 0,
  backorderLimit: 0,
  lowStockThreshold: 5,
  overrideQuantity: null,
  isActive: true,
  priority: 100,
  ...over,
});

const picksOf = (choice: Choice) => ('picks' in choice ? choice.picks : null);
const strategies: AllocationStrategy[] = ['LOCATION_PRIORITY', 'FEWEST_SPLITS'];

const places = ['berlin', 'paris', 'rome', 'oslo'];
const variants = ['mug', 'cup', 'jug'];

const world = fc.record({
  levels: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...variants), fc.constantFrom(...places)), {
      selector: String,
      maxLength: 12,
    })
    .chain((pairs) =>
      fc.tuple(
        ...pairs.map(([variantId, locationId]) =>
          fc
            .record({
              onHand: fc.nat(8),
              reserved: fc.nat(4),
              allocated: fc.nat(4),
              safetyStock: fc.nat(2),
              backorderLimit: fc.nat(3),
              overrideQuantity: fc.option(fc.nat(8), { freq: 4 }),
              isActive: fc.boolean(),
            })
            .map((numbers) => aLevel({ ...numbers, variantId, locationId, priority: places.indexOf(locationId) })),
        ),
      ),
    ),
  lines: fc.array(fc.record({ variantId: fc.constantFrom(...variants), quantity: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

test.each(strategies)(
  '%s serves every unit or names what is short, and takes no more than may be promised',
  (strategy) => {
    fc.assert(
      fc.property(world, ({ levels, lines }) => {
        const choice = chooseLevels(strategy, lines, levels);
        for (const variantId of variants) {
          const requested = lines
            .filter((line) => line.variantId === variantId)
            .reduce((sum, line) => sum + line.quantity, 0);
          const own = levels.filter((level) => level.variantId === variantId);
          const possible = own.reduce((sum, level) => sum + promisableOf(level), 0);
          if ('shortages' in choice) {
            const shortage = choice.shortages.find((one) => one.variantId === variantId);
            expect(shortage).toEqual(requested > possible ? { variantId, requested, available: possible } : undefined);
            continue;
          }
          const taken = own.map((level) => ({
            level,
            units: choice.picks
              .filter((pick) => pick.levelId === level.id)
              .reduce((sum, pick) => sum + pick.quantity, 0),
          }));
          expect(taken.reduce((sum, { units }) => sum + units, 0)).toBe(requested);
          for (const { level, units } of taken) {
            if (units > 0) expect(level.isActive && availableOf(level) - units >= -level.backorderLimit).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  },
);

test('FEWEST_SPLITS ships from as few locations as any choice could', () => {
  fc.assert(
    fc.property(world, ({ levels: all, lines }) => {
      const levels = all.map((level) => ({ ...level, backorderLimit: 0 }));
      const picks = picksOf(chooseLevels('FEWEST_SPLITS', lines, levels));
      if (!picks) return;
      const used = new Set(picks.map((pick) => levels.find((level) => level.id === pick.levelId)?.locationId)).size;
      for (let mask = 0; mask < 1 << places.length; mask += 1) {
        const subset = places.filter((_place, index) => mask & (1 << index));
        const inside = levels.filter((level) => subset.includes(level.locationId));
        if (picksOf(chooseLevels('LOCATION_PRIORITY', lines, inside))) expect(used).toBeLessThanOrEqual(subset.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('LOCATION_PRIORITY takes from the first location what it has, and the rest from the next', () => {
  const levels = [aLevel({ locationId: 'paris', priority: 2 }), aLevel({ onHand: 3, priority: 1 })];

  expect(picksOf(chooseLevels('LOCATION_PRIORITY', [{ variantId: 'mug', quantity: 5 }], levels))).toEqual([
    { levelId: 'mug@berlin', quantity: 3 },
    { levelId: 'mug@paris', quantity: 2 },
  ]);
  expect(picksOf(chooseLevels('FEWEST_SPLITS', [{ variantId: 'mug', quantity: 5 }], levels))).toEqual([
    { levelId: 'mug@paris', quantity: 5 },
  ]);
});

test('a backordered unit is promised only when no shelf has one', () => {
  const levels = [
    aLevel({ onHand: 0, backorderLimit: 5, priority: 1 }),
    aLevel({ onHand: 2, locationId: 'paris', priority: 2 }),
  ];

  expect(picksOf(chooseLevels('LOCATION_PRIORITY', [{ variantId: 'mug', quantity: 3 }], levels))).toEqual([
    { levelId: 'mug@paris', quantity: 2 },
    { levelId: 'mug@berlin', quantity: 1 },
  ]);
});

test('FEWEST_SPLITS still serves everything when there are too many locations to search', () => {
  const levels = Array.from({ length: 20 }, (_one, index) =>
    aLevel({ locationId: `place-${index}`, id: `level-${index}`, onHand: index === 19 ? 5 : 1, priority: index }),
  );

  const picks = picksOf(chooseLevels('FEWEST_SPLITS', [{ variantId: 'mug', quantity: 6 }], levels));

  expect(picks).toEqual([
    { levelId: 'level-0', quantity: 1 },
    { levelId: 'level-19', quantity: 5 },
  ]);
});
