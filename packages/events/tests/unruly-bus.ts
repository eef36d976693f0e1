import type { Bus, EventEnvelope, Publisher, ReplayRequest, Subscription } from '../src/index.ts';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const window = 30;
const handOverAtOnce = 100;
// A longer queue would put each repetition behind everything else, and the test would wait for nothing but that.
const longestQueue = 150;
// A lost connection is no reason to give up, and a consumer that takes nothing is none to go on for ever.
const mostRefused = 100;

/**
 * A bus that confirms everything, then loses some messages, doubles others and shuffles them all. What a consumer could not keep
 * comes again.
 */
export class UnrulyBus implements Bus {
  readonly isLocal = true;
  readonly counts = { lost: 0, doubled: 0, delivered: 0, refused: 0 };
  isHonest = false;
  /** Why a consumer could not keep a message, the last time. */
  failure: unknown;
  readonly #random: () => number;
  readonly #waiting: EventEnvelope[] = [];
  readonly #queueing: (() => void)[] = [];
  readonly #subscriptions: Subscription[] = [];
  readonly #publishers = new Map<string, Publisher>();
  readonly #atWork = new Set<Promise<void>>();
  #isClosed = false;

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  async publish(event: EventEnvelope): Promise<void> {
    if (!this.#isClosed && this.#waiting.length > longestQueue)
      await new Promise<void>((resolve) => this.#queueing.push(resolve));
    const chance = this.isHonest ? 1 : this.#random();
    if (chance < 0.01) {
      this.counts.lost += 1;
      return;
    }
    this.#waiting.push(event);
    if (chance < 0.08) {
      this.counts.doubled += 1;
      this.#waiting.push(event);
    }
    this.#handOver();
  }

  async addPublisher(publisher: Publisher): Promise<void> {
    this.#publishers.set(publisher.name, publisher);
  }

  async overhear(): Promise<void> {
    throw new Error('Nobody listens in passing in these tests.');
  }

  async subscribe(subscription: Subscription): Promise<void> {
    this.#subscriptions.push(subscription);
  }

  async requestReplay(request: ReplayRequest): Promise<void> {
    await this.#publishers.get(request.publisher)?.replay(request);
  }

  async close(): Promise<void> {
    this.#giveUp();
    await Promise.all(this.#atWork);
  }

  /** Nobody waits for its turn any more. */
  #giveUp(): void {
    this.#isClosed = true;
    for (const resolve of this.#queueing.splice(0)) resolve();
  }

  #handOver(): void {
    while (!this.#isClosed && this.#atWork.size < handOverAtOnce && this.#waiting.length > 0) {
      const place = Math.floor(this.#random() * Math.min(window, this.#waiting.length));
      const [event] = this.#waiting.splice(place, 1);
      if (!event) return;
      const work = Promise.all(this.#subscriptions.map((subscription) => subscription.deliver(event)))
        .then(
          () => void (this.counts.delivered += 1),
          (error: unknown) => {
            this.failure = error;
            this.counts.refused += 1;
            if (this.counts.refused > mostRefused) this.#giveUp();
            else this.#waiting.push(event);
          },
        )
        .finally(() => {
          this.#atWork.delete(work);
          if (this.#waiting.length <= longestQueue) this.#queueing.shift()?.();
          this.#handOver();
        });
      this.#atWork.add(work);
    }
  }
}
