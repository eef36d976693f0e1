import { waitFor } from '@ordergraph/testing';

/** What the gateway says when a subgraph has not answered in time, though it may have done what it was asked for. */
const outOfTime = 'SUBGRAPH_UNAVAILABLE';

/**
 * Asks until the answer is final. A busy house answers some calls with "not yet", or not in time, and wants them repeated
 * with the same key. Any other error is final: it may be what the caller looks for.
 */
export async function askAgain<Answer>(
  ask: () => Promise<Answer>,
  { isPending, describe }: { isPending: (answer: Answer) => boolean; describe: string },
): Promise<Answer> {
  const outcome = await waitFor(
    () =>
      ask().then(
        (answer) => !isPending(answer) && { answer },
        (error: unknown) => !String(error).includes(outOfTime) && { error },
      ),
    { timeoutMs: 20_000, describe },
  );
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}
