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

test('what is packed again is never more than is left of its line and at its place', () => {
  fc.assert(
    fc.property(orders, fc.nat(), ({ lines, allocations }, pick) => {
      const parcels = new Unshipped(lines, allocations, []).packAll();
      const at = pick % allocations.length;
      const taken = allocations[at];
      const line = lines.find(({ variantId }) => variantId === taken?.variantId);
      const less = lines.map((one) => (one === line ? { ...one, quantity: one.quantity - 1 } : one));
      const there = allocations.map((one, index) => (index === at ? { ...one, quantity: one.quantity - 1 } : one));
      const unshipped = new Unshipped(less, there, []);
      const again = parcels.map((parcel) => ({ ...parcel, lines: unshipped.packAgain(parcel) }));
      const all = [...again, ...unshipped.packAll()];
      const sum = (list: readonly { quantity: number }[]): number =>
        list.reduce((units, { quantity }) => units + quantity, 0);
      for (const { orderLineId, quantity } of less) {
        const packed = all.flatMap((parcel) => parcel.lines).filter((one) => one.orderLineId === orderLineId);
        expect(sum(packed)).toBe(quantity);
      }
      for (const { variantId, locationId, quantity } of there) {
        const here = all.filter((parcel) => parcel.locationId === locationId).flatMap((parcel) => parcel.lines);
        expect(sum(here.filter((one) => one.variantId === variantId))).toBe(quantity);
      }
    }),
  );
});
