import { afterPostings, postingsOf, type Balance, type Posting, type TransactionKind } from './ledger.ts';
import { bySoonest, nextToComeBack, sumOf, takeFrom, type Lot, type LotPart } from './lots.ts';

/** Why a transaction was made, kept beside it. */
export interface TransactionFacts {
  readonly orderId?: string | null;
  readonly redemptionId?: string | null;
  readonly refundId?: string | null;
  /** The payment that earned the points. */
  readonly paymentTransactionId?: string | null;
  readonly reversesId?: string | null;
  readonly ruleId?: string | null;
  readonly ruleVersion?: number | null;
  readonly reason?: string | null;
  readonly activatesAt?: number | null;
  readonly expiresAt?: number | null;
}

/** A transaction of the ledger that does not exist yet. */
export interface DraftTransaction {
  readonly id: string;
  readonly sequence: number;
  readonly kind: TransactionKind;
  /** As the customer reads it: above zero where they gain points or get them back. */
  readonly points: number;
  readonly postings: readonly Posting[];
  readonly after: Balance;
  readonly facts: TransactionFacts;
}

/** An account as it was read. */
export interface AccountState {
  readonly balance: Balance;
  readonly sequence: number;
  readonly lots: readonly Lot[];
}

/** What was taken for a refund: out of which lots, and how much the account is short of. */
export interface TakenParts {
  readonly pending: readonly LotPart[];
  readonly available: readonly LotPart[];
  readonly fromPending: number;
  readonly fromAvailable: number;
}

/**
 * What shall become of one account: transactions in their order, and the lots after them. Holds between any two of them:
 * the lots that are usable sum to what is available, or are empty while that is below zero; those that are pending sum to
 * what is pending.
 */
export class PointsDraft {
  readonly transactions: DraftTransaction[] = [];
  readonly lots: Map<string, Lot>;
  readonly newLots = new Set<string>();
  #balance: Balance;
  #sequence: number;
  readonly #newId: () => string;

  constructor(account: AccountState, newId: () => string) {
    this.#balance = account.balance;
    this.#sequence = account.sequence;
    this.lots = new Map(account.lots.map((lot) => [lot.id, lot]));
    this.#newId = newId;
  }

  get balance(): Balance {
    return this.#balance;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** What is pending of one order. */
  pendingOf(orderId: string): number {
    return this.#find((lot) => lot.isPending && lot.orderId === orderId).reduce((sum, lot) => sum + lot.remaining, 0);
  }

  /** Points come in, usable at once or later. */
  earn(
    points: number,
    given: { orderId: string | null; isPending: boolean; activatesAt: number | null; expiresAt: number | null },
    facts: TransactionFacts,
  ): DraftTransaction {
    const { isPending, activatesAt } = given;
    const expiresAt = isPending ? null : given.expiresAt;
    const room = isPending ? points : this.#afterDebt(points);
    const entry = this.#add(
      isPending ? 'EARN_PENDING' : 'EARN',
      points,
      isPending ? { pending: points, issued: -points } : { available: points, issued: -points },
      { ...facts, orderId: given.orderId, activatesAt, expiresAt },
    );
    this.#open({ orderId: given.orderId, points, remaining: room, isPending, activatesAt, expiresAt }, entry.id);
    return entry;
  }

  /** A lot's pending points become usable. Null when nothing was left of it. */
  activate(lot: Lot, expiresAt: number | null): DraftTransaction | null {
    const points = lot.remaining;
    lot.isPending = false;
    lot.expiresAt = expiresAt;
    if (points === 0) return null;
    lot.remaining = this.#afterDebt(points);
    return this.#add(
      'ACTIVATE',
      points,
      { available: points, pending: -points },
      { orderId: lot.orderId, reversesId: lot.broughtBy, expiresAt },
    );
  }

  /** A lot's time is over. Null when nothing was left of it. */
  expire(lot: Lot): DraftTransaction | null {
    const points = lot.remaining;
    if (points === 0) return null;
    lot.remaining = 0;
    return this.#add(
      'EXPIRE',
      -points,
      { available: -points, expired: points },
      { orderId: lot.orderId, reversesId: lot.broughtBy },
    );
  }

  /** Sets points aside for a checkout. Null when there are not enough. */
  hold(points: number, facts: TransactionFacts): LotPart[] | null {
    if (this.#balance.available < points) return null;
    const parts = takeFrom(this.#usable(), points);
    this.#add('REDEEM_HOLD', -points, { available: -points, held: points }, facts);
    return parts;
  }

  /** Takes points for an order that stands, whatever is there: its price was lowered by them. */
  takeAnyway(points: number, facts: TransactionFacts): LotPart[] {
    const parts = takeFrom(this.#usable(), points);
    this.#add('REDEEM_HOLD', -points, { available: -points, held: points }, facts);
    return parts;
  }

  /** Points set aside come back. */
  release(points: number, parts: readonly LotPart[], facts: TransactionFacts): DraftTransaction {
    const room = this.#afterDebt(points);
    const entry = this.#add('REDEEM_RELEASE', points, { available: points, held: -points }, facts);
    this.#putBack(parts, room, entry.id, { expiresAt: null });
    return entry;
  }

  /** Points set aside are spent. */
  capture(points: number, facts: TransactionFacts): DraftTransaction {
    return this.#add('REDEEM_CAPTURE', -points, { held: -points, redeemed: points }, facts);
  }

  /** Spent points come back. What lapsed meanwhile begins anew, until `renewedUntil`. */
  restore(
    points: number,
    spent: { readonly parts: readonly LotPart[]; readonly restored: number },
    renewed: { readonly now: number; readonly expiresAt: number | null },
    facts: TransactionFacts,
  ): DraftTransaction {
    const room = this.#afterDebt(points);
    const entry = this.#add('RESTORE_REDEEMED', points, { available: points, redeemed: -points }, facts);
    this.#putBack(nextToComeBack(spent.parts, spent.restored, points), room, entry.id, renewed);
    return entry;
  }

  /** Sets aside what a refund takes back. */
  holdReversal(
    orderId: string,
    take: { readonly fromPending: number; readonly fromAvailable: number },
    facts: TransactionFacts,
  ): TakenParts {
    const taken = this.#takeBack(orderId, take);
    const points = take.fromPending + take.fromAvailable;
    this.#add(
      'REVERSE_HOLD',
      -points,
      { pending: -take.fromPending, available: -take.fromAvailable, held: points },
      { ...facts, orderId },
    );
    return taken;
  }

  /** What was set aside for a refund is gone. */
  commitReversal(points: number, facts: TransactionFacts): DraftTransaction {
    return this.#add('REVERSE_EARN', -points, { held: -points, issued: points }, facts);
  }

  /** The refund did not happen: what was set aside comes back to where it was. */
  releaseReversal(taken: TakenParts, expiresAt: number | null, facts: TransactionFacts): DraftTransaction {
    const isPending = ({ lotId }: LotPart): boolean => this.lots.get(lotId)?.isPending === true;
    const toPending = taken.pending.filter(isPending);
    const pending = sumOf(toPending);
    const points = taken.fromPending + taken.fromAvailable;
    const room = this.#afterDebt(points - pending);
    const entry = this.#add('REVERSE_RELEASE', points, { pending, available: points - pending, held: -points }, facts);
    for (const { lotId, points: back } of toPending) {
      const lot = this.lots.get(lotId);
      if (lot) lot.remaining += back;
    }
    const toAvailable = [...taken.pending.filter((part) => !isPending(part)), ...taken.available];
    this.#putBack(toAvailable, room, entry.id, { expiresAt });
    return entry;
  }

  /** Takes points back at once, where no refund's saga set them aside. */
  reverse(
    orderId: string,
    take: { readonly fromPending: number; readonly fromAvailable: number },
    facts: TransactionFacts,
  ): DraftTransaction {
    this.#takeBack(orderId, take);
    const points = take.fromPending + take.fromAvailable;
    return this.#add(
      'REVERSE_EARN',
      -points,
      { pending: -take.fromPending, available: -take.fromAvailable, issued: points },
      { ...facts, orderId },
    );
  }

  /** Staff give points, or take them where there are enough. Null when there are not. */
  adjust(points: number, expiresAt: number | null, facts: TransactionFacts): DraftTransaction | null {
    if (points < 0) {
      if (this.#balance.available < -points) return null;
      takeFrom(this.#usable(), -points);
      return this.#add('ADJUST', points, { available: points, adjusted: -points }, facts);
    }
    const room = this.#afterDebt(points);
    const entry = this.#add('ADJUST', points, { available: points, adjusted: -points }, { ...facts, expiresAt });
    this.#open({ orderId: null, points, remaining: room, isPending: false, activatesAt: null, expiresAt }, entry.id);
    return entry;
  }

  #takeBack(orderId: string, take: { readonly fromPending: number; readonly fromAvailable: number }): TakenParts {
    const own = this.#find((lot) => lot.isPending && lot.orderId === orderId);
    const pending = takeFrom(own, take.fromPending);
    // The order's own points first: they are what goes back.
    const usable = this.#usable().toSorted(
      (one, other) => Number(other.orderId === orderId) - Number(one.orderId === orderId),
    );
    return { ...take, pending, available: takeFrom(usable, take.fromAvailable) };
  }

  /** What of points that come in is left once the account is no longer below zero. */
  #afterDebt(points: number): number {
    return points - Math.min(points, Math.max(0, -this.#balance.available));
  }

  /** Puts points back into the lots they came from; what has none any more opens a new one. */
  #putBack(
    parts: readonly LotPart[],
    points: number,
    entryId: string,
    renewed: { readonly now?: number; readonly expiresAt: number | null },
  ): void {
    let left = points;
    let homeless = 0;
    for (const part of parts) {
      const back = Math.min(left, part.points);
      if (back === 0) continue;
      left -= back;
      const lot = this.lots.get(part.lotId);
      const isOver = lot?.expiresAt != null && renewed.now !== undefined && lot.expiresAt <= renewed.now;
      if (lot && !isOver) lot.remaining += back;
      else homeless += back;
    }
    const rest = homeless + left;
    if (rest === 0) return;
    const { expiresAt } = renewed;
    this.#open(
      { orderId: null, points: rest, remaining: rest, isPending: false, activatesAt: null, expiresAt },
      entryId,
    );
  }

  #open(lot: Omit<Lot, 'id' | 'broughtBy'>, broughtBy: string): void {
    const id = this.#newId();
    this.lots.set(id, { ...lot, id, broughtBy });
    this.newLots.add(id);
  }

  #find(isWanted: (lot: Lot) => boolean): Lot[] {
    const found: Lot[] = [];
    for (const lot of this.lots.values()) if (lot.remaining > 0 && isWanted(lot)) found.push(lot);
    return found.length > 1 ? found.sort(bySoonest) : found;
  }

  #usable(): Lot[] {
    return this.#find((lot) => !lot.isPending);
  }

  #add(kind: TransactionKind, points: number, gains: Partial<Balance>, facts: TransactionFacts): DraftTransaction {
    const postings = postingsOf(gains);
    this.#balance = afterPostings(this.#balance, postings);
    this.#sequence += 1;
    const entry = { id: this.#newId(), sequence: this.#sequence, kind, points, postings, after: this.#balance, facts };
    this.transactions.push(entry);
    return entry;
  }
}
