/** A line of goods of an order. */
export interface OrderedLine {
  readonly orderLineId: string;
  readonly variantId: string;
  readonly quantity: number;
}

/** Units that lie at a place for an order. */
export interface Allocation {
  readonly variantId: string;
  readonly locationId: string;
  readonly quantity: number;
}

/** Units of an order line in a parcel. */
export interface ParcelLine {
  readonly orderLineId: string;
  readonly variantId: string;
  readonly quantity: number;
}

/** A parcel, prepared or to be. */
export interface Parcel {
  readonly locationId: string;
  readonly lines: readonly ParcelLine[];
}

const add = (units: Map<string, number>, key: string, quantity: number): void =>
  void units.set(key, (units.get(key) ?? 0) + quantity);

/** What an order has left to ship: per line, and per variant and place. */
export class Unshipped {
  readonly #lines: readonly OrderedLine[];
  readonly #ofLine = new Map<string, number>();
  readonly #atPlace = new Map<string, number>();

  /** `parcels` are those that were prepared and not cancelled. */
  constructor(lines: readonly OrderedLine[], allocations: readonly Allocation[], parcels: readonly Parcel[]) {
    this.#lines = lines;
    for (const { orderLineId, quantity } of lines) add(this.#ofLine, orderLineId, quantity);
    for (const { variantId, locationId, quantity } of allocations)
      add(this.#atPlace, `${locationId} ${variantId}`, quantity);
    for (const { locationId, lines: packed } of parcels) for (const line of packed) this.#take(locationId, line);
  }

  /** Units of a line that may leave from a place. */
  left(line: OrderedLine, locationId: string): number {
    const [ofLine, atPlace] = [
      this.#ofLine.get(line.orderLineId) ?? 0,
      this.#atPlace.get(`${locationId} ${line.variantId}`) ?? 0,
    ];
    return Math.max(0, Math.min(ofLine, atPlace));
  }

  #take(locationId: string, { orderLineId, variantId, quantity }: ParcelLine): void {
    add(this.#ofLine, orderLineId, -quantity);
    add(this.#atPlace, `${locationId} ${variantId}`, -quantity);
  }

  /** What of a parcel is still to be shipped, packed. */
  packAgain({ locationId, lines }: Parcel): ParcelLine[] {
    return lines.flatMap((packed) => {
      const quantity = Math.min(packed.quantity, this.left(packed, locationId));
      if (quantity === 0) return [];
      this.#take(locationId, { ...packed, quantity });
      return [{ ...packed, quantity }];
    });
  }

  /** Packs everything that is left: a parcel for each place. */
  packAll(): Parcel[] {
    const places = [...new Set([...this.#atPlace.keys()].map((key) => key.slice(0, key.indexOf(' '))))];
    return places
      .map((locationId) => {
        const lines = this.#lines.flatMap((line) => {
          const quantity = this.left(line, locationId);
          if (quantity === 0) return [];
          const packed = { orderLineId: line.orderLineId, variantId: line.variantId, quantity };
          this.#take(locationId, packed);
          return [packed];
        });
        return { locationId, lines };
      })
      .filter(({ lines }) => lines.length > 0);
  }
}
