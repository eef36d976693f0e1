/** A message that can say to its server that it is still being worked on. */
export interface Workable {
  working(): void;
}

/** What a process that died had in its hands comes to the next one after this time; one that lives says so in time. */
export const ackWaitMs = 5_000;
/** From when on, and how often, it is said. */
export const stillWorkingMs = 1_500;
/** One that hangs must not keep its messages from the others for ever. */
export const longestWorkMs = 60_000;

/** The messages that this process has taken and not answered yet. */
export class WorkInHand {
  readonly #work = new Map<Workable, { readonly since: number; readonly done: Promise<void> }>();

  /** Keeps a message until `done`, which must not reject. */
  take(message: Workable, done: Promise<void>): void {
    const settled = done.finally(() => this.#work.delete(message));
    this.#work.set(message, { since: performance.now(), done: settled });
  }

  /**
   * Keeps the server from giving to another what waits here for its turn, or whose handler takes long, until
   * `longestWorkMs`.
   */
  sayStillWorking(): void {
    const now = performance.now();
    for (const [message, { since }] of this.#work) {
      // Most are done before they are looked at.
      if (now - since >= stillWorkingMs && now - since < longestWorkMs) message.working();
    }
  }

  /** Resolves when all that is in hand now is done. */
  async done(): Promise<void> {
    await Promise.all([...this.#work.values()].map(({ done }) => done));
  }
}
