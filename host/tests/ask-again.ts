import { waitFor } from '@ordergraph/testing';

/**
 * Asks until the answer is final. A busy house answers some calls with "not yet" and wants them repeated with the same key.
 * An error is final: it may be what the caller looks for.
 */
export async function askAgain<Answer>(
  ask: () => Promise<Answer>,
  { isPending, describe }: { isPending: (answer: Answer) => boolean; describe: string },
): Promise<Answer> {
  const outcome = await waitFor(
    () =>
      ask().then(
        (answer) => !isPending(answer) && { answer },
        (error: unknown) => ({ error }),
      ),
    { timeoutMs: 20_000, describe },
  );
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}
