import { pointsFor, type Terms } from '../src/domain/earning.ts';
import { emptyBalance } from '../src/domain/ledger.ts';
import type { LotPart } from '../src/domain/lots.ts';
import { PointsDraft, type TakenParts } from '../src/domain/points-draft.ts';
import { pointsToReverse, takeUnder, type ReversalPolicy } from '../src/domain/reversal.ts';
import { settle } from '../src/domain/settle.ts';

/** Numbers that look random and are the same in every run. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    // xorshift32, by G. Marsaglia (2003).
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

interface RandomOrder {
  readonly id: string;
  readonly terms: Terms;
  readonly paidMinor: bigint;
  readonly paymentIds: Set<string>;
  refundedMinor: bigint;
  earned: number;
  reversed: number;
  forgiven: number;
  prepared: { taken: TakenParts; amount: bigint; points: number; forgiven: number } | null;
}

interface Hold {
  readonly id: string;
  readonly orderId: null;
  readonly points: number;
  readonly parts: LotPart[];
  readonly expiresAt: Date;
}

const dayMs = 86_400_000;

/** One account at which everything happens, at random, twice and out of turn; and what must hold of it all the time. */
export class RandomAccount {
  readonly draft: PointsDraft;
  readonly orders: RandomOrder[] = [];
  readonly policy: ReversalPolicy;
  events = 0;
  readonly #number: (below: number) => number;
  readonly #earnedBy = new Map<string, number>();
  #holds: Hold[] = [];
  #spent: { parts: LotPart[]; points: number; restored: number }[] = [];
  #now = Date.UTC(2026, 0, 1);
  #ids = 0;

  constructor(seed: number, policy: ReversalPolicy) {
    this.#number = numbersFrom(seed);
    this.policy = policy;
    // Sorted as they come, like UUIDv7.
    const newId = (): string => String(this.#ids++).padStart(9, '0');
    this.draft = new PointsDraft({ balance: emptyBalance, sequence: 0, lots: [] }, newId);
  }

  step(): void {
    this.events += 1;
    const number = this.#number;
    switch (number(14)) {
      case 0:
      case 1:
        return this.#placesOrder();
      case 2:
      case 3:
      case 4:
        return this.#pays(this.#anOrder());
      case 5:
        return this.#holdsPoints(1 + number(60));
      case 6:
        return this.#endsHold(number(2) === 0);
      case 7:
        return this.#restores();
      case 8:
      case 9:
        return this.#refunds(this.#anOrder(), number(3) === 0 ? null : BigInt(1 + number(4_000)));
      case 10:
        return this.#settlesRefund(this.#anOrder(), number(3) === 0);
      case 11:
        return void this.draft.adjust((number(2) === 0 ? 1 : -1) * (1 + number(40)), this.#expiry(), {});
      case 12:
        this.#now += number(40) * dayMs;
        return this.#lets();
      default:
        return this.#lets();
    }
  }

  /** Everything refunded, as far as anything is left. */
  refundsAll(): void {
    for (const order of this.orders) {
      this.#settlesRefund(order, false);
      this.#refunds(order, null);
      this.#settlesRefund(order, false);
    }
  }

  /** What is wrong; empty when all is right. */
  problems(): string[] {
    const { balance } = this.draft;
    const wrong: string[] = [];
    const expect = (what: string, left: number, right: number): void => {
      if (left !== right) wrong.push(`${what}: ${left} is not ${right}`);
    };
    const values = Object.values(balance);
    expect(
      'accounts sum to zero',
      values.reduce((sum, value) => sum + value, 0),
      0,
    );
    let usable = 0;
    let pending = 0;
    for (const lot of this.draft.lots.values()) {
      if (lot.remaining < 0 || lot.remaining > lot.points)
        wrong.push(`lot ${lot.id} has ${lot.remaining} of ${lot.points}`);
      if (lot.isPending) pending += lot.remaining;
      else usable += lot.remaining;
    }
    expect('usable lots', usable, Math.max(0, balance.available));
    expect('pending lots', pending, balance.pending);
    const held = this.#holds.reduce((sum, { points }) => sum + points, 0);
    const prepared = this.orders.reduce((sum, order) => sum + (order.prepared?.points ?? 0), 0);
    expect('held', held + prepared, balance.held);
    if (this.policy !== 'ALLOW_NEGATIVE' && balance.available < 0) wrong.push(`below zero: ${balance.available}`);
    return wrong;
  }

  /** Whether the ledger, added up from its first transaction, is the balance; and each payment earned once at most. */
  ledgerProblems(): string[] {
    const sums: Record<string, number> = {};
    const wrong: string[] = [];
    for (const [index, { postings, sequence }] of this.draft.transactions.entries()) {
      if (sequence !== index + 1) wrong.push(`transaction ${index + 1} is numbered ${sequence}`);
      let sum = 0;
      for (const { account, points } of postings) {
        sums[account] = (sums[account] ?? 0) + points;
        sum += points;
      }
      if (sum !== 0) wrong.push(`transaction ${sequence} sums to ${sum}`);
    }
    for (const [account, points] of Object.entries(this.draft.balance)) {
      if ((sums[account] ?? 0) !== points) wrong.push(`${account} is ${points}, the ledger says ${sums[account] ?? 0}`);
    }
    for (const [paymentId, times] of this.#earnedBy) if (times > 1) wrong.push(`${paymentId} earned ${times} times`);
    for (const order of this.orders) {
      const net = order.earned - order.reversed - order.forgiven;
      const due = order.earned === 0 ? 0 : pointsFor(order.terms, order.paidMinor - order.refundedMinor);
      if (!order.prepared && net !== due) wrong.push(`order ${order.id} keeps ${net}, and is due ${due}`);
    }
    return wrong;
  }

  #expiry(): number | null {
    return this.#number(4) === 0 ? null : this.#now + (1 + this.#number(90)) * dayMs;
  }

  #anOrder(): RandomOrder | undefined {
    return this.orders[this.#number(Math.max(1, this.orders.length))];
  }

  #placesOrder(): void {
    const rule = { ruleId: 'r', version: 1, points: 1 + this.#number(20), eligible: '3', goods: '4' };
    const perMinor = this.#number(2) === 0 ? null : String(50 + this.#number(200));
    this.orders.push({
      id: `order ${this.orders.length}`,
      terms: { multiplier: ['1', '1.5', '0.75'][this.#number(3)] ?? '1', rules: [{ ...rule, perMinor }] },
      paidMinor: BigInt(100 + this.#number(9_900)),
      paymentIds: new Set(),
      refundedMinor: 0n,
      earned: 0,
      reversed: 0,
      forgiven: 0,
      prepared: null,
    });
  }

  /** A payment, told of once or again: the receiver knows a payment that it has seen. */
  #pays(order: RandomOrder | undefined): void {
    const paymentId = `payment of ${order?.id}`;
    if (!order || order.paymentIds.has(paymentId) || order.prepared) return;
    order.paymentIds.add(paymentId);
    const points = pointsFor(order.terms, order.paidMinor - order.refundedMinor);
    if (points === 0) return;
    const isPending = this.#number(3) === 0;
    const activatesAt = isPending && this.#number(3) > 0 ? this.#now + this.#number(30) * dayMs : null;
    this.draft.earn(
      points,
      { orderId: order.id, isPending, activatesAt, expiresAt: this.#expiry() },
      { reason: paymentId },
    );
    this.#earnedBy.set(paymentId, (this.#earnedBy.get(paymentId) ?? 0) + 1);
    order.earned += points;
  }

  #holdsPoints(points: number): void {
    const before = this.draft.balance.available;
    const parts = this.draft.hold(points, {});
    if (!parts) {
      if (before >= points) throw new Error(`A hold of ${points} was refused with ${before} available.`);
      return;
    }
    const expiresAt = new Date(this.#now + this.#number(3) * dayMs);
    this.#holds.push({ id: String(this.#ids++), orderId: null, points, parts, expiresAt });
  }

  #endsHold(isSpent: boolean): void {
    const [hold] = this.#holds.splice(this.#number(Math.max(1, this.#holds.length)), 1);
    if (!hold) return;
    const { points, parts } = hold;
    if (!isSpent) return void this.draft.release(points, parts, {});
    this.draft.capture(points, {});
    this.#spent.push({ parts, points, restored: 0 });
  }

  #restores(): void {
    const spent = this.#spent[this.#number(Math.max(1, this.#spent.length))];
    if (!spent || spent.restored === spent.points) return;
    const points = 1 + this.#number(spent.points - spent.restored);
    this.draft.restore(points, spent, { now: this.#now, expiresAt: this.#expiry() }, {});
    spent.restored += points;
    if (spent.restored === spent.points) this.#spent = this.#spent.filter((other) => other !== spent);
  }

  #refunds(order: RandomOrder | undefined, wanted: bigint | null): void {
    if (!order || order.prepared) return;
    const left = order.paidMinor - order.refundedMinor;
    const amount = wanted === null || wanted > left ? left : wanted;
    if (amount === 0n) return;
    const known = {
      ...order,
      capturedMinor: order.paymentIds.size > 0 ? order.paidMinor : 0n,
      redeemed: 0,
      restored: 0,
      lines: [],
    };
    const points = pointsToReverse(known, amount);
    const pendingOfOrder = this.draft.pendingOf(order.id);
    const take = takeUnder(this.policy, points, { pendingOfOrder, available: this.draft.balance.available });
    const taken = take.fromPending + take.fromAvailable;
    const nothing = { pending: [], available: [], fromPending: 0, fromAvailable: 0 };
    order.prepared = {
      taken: taken > 0 ? this.draft.holdReversal(order.id, take, {}) : nothing,
      amount,
      points: taken,
      forgiven: take.forgiven,
    };
  }

  #settlesRefund(order: RandomOrder | undefined, isCancelled: boolean): void {
    if (!order?.prepared) return;
    const { taken, amount, points, forgiven } = order.prepared;
    order.prepared = null;
    if (isCancelled) {
      if (points > 0) this.draft.releaseReversal(taken, this.#expiry(), {});
      return;
    }
    if (points > 0) this.draft.commitReversal(points, {});
    order.refundedMinor += amount;
    order.reversed += points;
    order.forgiven += forgiven;
  }

  /** Lets time do what it does, and forgets what is empty, as the database does not read it either. */
  #lets(): void {
    settle(this.draft, this.#holds, 12, this.#now);
    this.#holds = this.#holds.filter(({ expiresAt }) => expiresAt.getTime() > this.#now);
  }
}
