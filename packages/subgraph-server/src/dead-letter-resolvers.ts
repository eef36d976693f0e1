import { discardDeadLetter, listDeadLetters, retryDeadLetter, type DeadLetter } from '@ordergraph/events';
import { codedError } from './errors.ts';
import { decodeId, encodeId } from './ids.ts';
import type { RequestContext } from './request-context.ts';

const render = (letter: DeadLetter) => ({ ...letter, id: encodeId('DeadLetter', letter.id) });

interface DeadLetterInput {
  readonly input: { readonly id: string; readonly reason: string };
}

/**
 * The three root fields by which staff see and settle a subgraph's dead letters; `prefix` is the singular that the SDL
 * puts before them, such as `order` in `orderDeadLetters`.
 */
export function deadLetterResolvers(subgraph: string, prefix: string) {
  const settle =
    (verb: typeof retryDeadLetter) =>
    async (_parent: unknown, { input }: DeadLetterInput, context: RequestContext) => {
      const id = decodeId('DeadLetter', input.id);
      const letter = id ? await context.transact((transaction) => verb(transaction, subgraph, id)) : null;
      if (letter) return { deadLetter: render(letter), userErrors: [] };
      const message = 'There is no dead letter with this id. It may have been retried or discarded already.';
      return { deadLetter: null, userErrors: [{ code: 'NOT_FOUND', message, field: ['id'] }] };
    };
  return {
    queries: {
      [`${prefix}DeadLetters`]: async (_parent: unknown, { first }: { first: number }, context: RequestContext) => {
        if (first < 1 || first > 100) throw codedError('LIMIT_EXCEEDED', `\`first\` is 1 to 100, got ${first}.`);
        const letters = await context.transact((transaction) => listDeadLetters(transaction, subgraph, first));
        return letters.map(render);
      },
    },
    mutations: {
      [`${prefix}DeadLetterRetry`]: settle(retryDeadLetter),
      [`${prefix}DeadLetterDiscard`]: settle(discardDeadLetter),
    },
  };
}
