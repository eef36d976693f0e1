/** A subgraph that did not answer: down, too slow, or answering what is not GraphQL. */
export class SubgraphDown extends Error {
  override readonly name = 'SubgraphDown';
  /** Whether the request certainly never reached the subgraph, so that a query may be sent again. */
  readonly neverSent: boolean;

  constructor(message: string, options: { neverSent?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.neverSent = options.neverSent ?? false;
  }
}

/** Waits for an answer until the deadline passes or the client goes, whichever is first. */
export async function withinDeadline<T>(
  subgraph: string,
  limits: { deadlineMs: number; signal?: AbortSignal },
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const giveUp = (reason: string): void => controller.abort(new SubgraphDown(`The subgraph "${subgraph}" ${reason}.`));
  const onClientGone = (): void => giveUp('is no longer waited for, because the client has gone');
  const timer = setTimeout(() => giveUp(`did not answer within ${limits.deadlineMs} ms`), limits.deadlineMs);
  limits.signal?.addEventListener('abort', onClientGone, { once: true });
  try {
    if (limits.signal?.aborted) onClientGone();
    const gaveUp = new Promise<never>((_resolve, reject) => {
      if (controller.signal.aborted) reject(controller.signal.reason);
      else controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
    });
    // Whoever loses the race may still reject; nobody waits for it then.
    gaveUp.catch(() => {});
    const answer = start(controller.signal);
    answer.catch(() => {});
    return await Promise.race([answer, gaveUp]);
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', onClientGone);
  }
}
