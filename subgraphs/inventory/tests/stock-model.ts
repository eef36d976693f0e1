import { newId } from '@ordergraph/tenancy';

export interface ModelLine {
  readonly variant: number;
  readonly quantity: number;
}

/** What lies on one shelf of a variant: which claims are there is the product's choice. */
export interface ModelShelf {
  readonly onHand: number;
  readonly backorderLimit: number;
  readonly allocated: number;
  readonly holds: readonly ModelHold[];
}

interface ModelHold {
  readonly cart: number;
  readonly orderId: string | null;
  readonly quantity: number;
}

interface ModelClaim extends ModelLine {
  readonly cart: number;
  quantity: number;
  orderId: string | null;
  status: 'HELD' | 'ALLOCATED' | 'RELEASED' | 'EXPIRED';
  isOver: boolean;
}

/** Stock as one counter per variant and a list of claims: what the product has to agree with. */
export class StockModel {
  /** Units that may be promised in all, backorder included. */
  readonly #capacity: number[];
  readonly #claims: ModelClaim[] = [];
  readonly #orders = new Map<number, string>();
  readonly #released = new Set<string>();

  constructor(capacity: readonly number[]) {
    this.#capacity = [...capacity];
  }

  add(lines: readonly ModelLine[]): void {
    for (const { variant, quantity } of lines) this.#capacity[variant] = (this.#capacity[variant] ?? 0) + quantity;
  }

  /** Takes units off a shelf, where claims stay covered. Holds beyond their time give way, all that lie there or none. */
  take({ variant, quantity }: ModelLine, { onHand, backorderLimit, allocated, holds }: ModelShelf): string | undefined {
    const left = onHand - quantity;
    const isShort = (some: readonly ModelHold[]): boolean =>
      left < 0 || left + backorderLimit < allocated + this.#sum(some);
    const isOver = (hold: ModelHold): boolean => this.#behind(variant, hold).some((claim) => claim.isOver);
    const over = isShort(holds) ? holds.filter(isOver) : [];
    if (isShort(holds.filter((hold) => !over.includes(hold)))) return 'NEGATIVE_QUANTITY';
    for (const hold of over) this.#expire(variant, hold);
    this.add([{ variant, quantity: -quantity }]);
    return undefined;
  }

  /** The order that a cart becomes; the same one until the cart is released without it. */
  orderOf(cart: number): string {
    const orderId = this.#orders.get(cart) ?? newId();
    this.#orders.set(cart, orderId);
    return orderId;
  }

  units(variant: number, status: ModelClaim['status']): number {
    return this.#sum(this.#claims.filter((claim) => claim.variant === variant && claim.status === status));
  }

  heldBy(cart: number): ModelLine[] {
    const held = this.#claims.filter((claim) => claim.cart === cart && claim.status === 'HELD');
    return held.length > 0
      ? held.map(({ variant, quantity }) => ({ variant, quantity }))
      : [{ variant: 0, quantity: 1 }];
  }

  hold(cart: number, orderId: string | null, lines: readonly ModelLine[]): string {
    if (orderId && this.#released.has(orderId)) return 'StockReservationFailed';
    const own = this.#own(cart, orderId).filter((claim) => claim.status === 'HELD');
    const wanted = Map.groupBy(lines, (line) => line.variant);
    const isShort = (given: readonly ModelClaim[]): boolean =>
      [...wanted].some(([variant, some]) => {
        const free = (this.#capacity[variant] ?? 0) - this.units(variant, 'HELD') - this.units(variant, 'ALLOCATED');
        return this.#sum(some) > free + this.#sum(given.filter((claim) => claim.variant === variant));
      });
    let expired: ModelClaim[] = [];
    if (isShort(own)) {
      expired = this.#claims.filter(
        (claim) => claim.status === 'HELD' && claim.isOver && wanted.has(claim.variant) && !own.includes(claim),
      );
    }
    if (isShort([...own, ...expired])) return 'StockReservationFailed';
    for (const claim of expired) claim.status = 'EXPIRED';
    for (const claim of this.#own(cart, orderId)) {
      if (claim.status === 'HELD') claim.status = 'RELEASED';
      if (orderId && claim.status !== 'ALLOCATED') claim.orderId = null;
    }
    for (const { variant, quantity } of lines) {
      this.#claims.push({ cart, orderId, variant, quantity, status: 'HELD', isOver: false });
    }
    return 'StockReserved';
  }

  allocate(cart: number, orderId: string): string {
    const ofOrder = this.#claims.filter((claim) => claim.cart === cart && claim.orderId === orderId);
    const held = ofOrder.filter((claim) => claim.status === 'HELD');
    const isPartLost = ofOrder.some((claim) => claim.status === 'EXPIRED' || claim.status === 'RELEASED');
    if (ofOrder.length === 0 || isPartLost) return 'StockReservationFailed';
    for (const claim of held) claim.status = 'ALLOCATED';
    return 'StockAllocated';
  }

  release(cart: number, orderId: string | null): string {
    for (const claim of this.#own(cart, orderId)) {
      if (claim.status === 'HELD' || claim.status === 'ALLOCATED') claim.status = 'RELEASED';
    }
    if (orderId) this.#released.add(orderId);
    else this.#orders.delete(cart);
    return 'StockReleased';
  }

  runOut(cart: number): void {
    for (const claim of this.#claims) if (claim.cart === cart && claim.status === 'HELD') claim.isOver = true;
  }

  sweep(cart: number): void {
    for (const claim of this.#claims) {
      if (claim.cart === cart && claim.status === 'HELD' && claim.isOver) claim.status = 'EXPIRED';
    }
  }

  /** The part of a cart's claims that lies where the hold does; the rest of them stays. */
  #expire(variant: number, hold: ModelHold): void {
    let units = hold.quantity;
    for (const claim of this.#behind(variant, hold)) {
      const part = Math.min(units, claim.quantity);
      units -= part;
      if (part === claim.quantity) claim.status = 'EXPIRED';
      else if (part > 0) {
        claim.quantity -= part;
        this.#claims.push({ ...claim, quantity: part, status: 'EXPIRED' });
      }
    }
  }

  #behind(variant: number, { cart, orderId }: ModelHold): ModelClaim[] {
    return this.#claims.filter(
      (claim) =>
        claim.cart === cart && claim.orderId === orderId && claim.variant === variant && claim.status === 'HELD',
    );
  }

  #own(cart: number, orderId: string | null): ModelClaim[] {
    return this.#claims.filter((claim) => claim.cart === cart && (claim.orderId === null || claim.orderId === orderId));
  }

  #sum(lines: readonly Pick<ModelLine, 'quantity'>[]): number {
    return lines.reduce((units, line) => units + line.quantity, 0);
  }
}
