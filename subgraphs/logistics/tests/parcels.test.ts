import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unshipped, type Allocation, type OrderedLine } from '../src/domain/parcels.ts';

const orders = fc
  .array(fc.record({ variant: fc.nat({ max: 2 }), quantity: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((given) => {
    const lines: OrderedLine[] = given.map(({ variant, quantity }, index) => ({
      orderLineId: `line ${index}`,
      variantId: `v${variant}`,
      quantity,
    }));
    // Every unit lies somewhere.
    return fc.array(fc.nat({ max: 2 }), { minLength: 60, maxLength: 60 }).map((places) => {
      const units = new Map<string, Allocation>();
      let unit = 0;
      for (const { variantId, quantity } of lines) {
        for (let n = 0; n < quantity; n += 1) {
          const locationId = `place${places[unit++ % places.length]}`;
          const key = `${variantId} ${locationId}`;
          units.set(key, { variantId, locationId, quantity: (units.get(key)?.quantity ?? 0) + 1 });
        }
      }
      return { lines, allocations: [...units.values()] };
    });
  });

test('packing all leaves nothing behind, and takes nothing twice', () => {
  fc.assert(
    fc.property(orders, ({ lines, allocations }) => {
      const parcels = new Unshipped(lines, allocations, []).packAll();
      const packed = parcels.flatMap((parcel) =>
        parcel.lines.map((line) => ({ ...line, locationId: parcel.locationId })),
      );
      const sum = (list: readonly { quantity: number }[]): number =>
        list.reduce((all, { quantity }) => all + quantity, 0);
      for (const line of lines)
        expect(sum(packed.filter(({ orderLineId }) => orderLineId === line.orderLineId))).toBe(line.quantity);
      for (const { variantId, locationId, quantity } of allocations) {
        expect(sum(packed.filter((line) => line.variantId === variantId && line.locationId === locationId))).toBe(
          quantity,
        );
      }
      expect(new Unshipped(lines, allocations, parcels).packAll()).toEqual([]);
    }),
  );
});
