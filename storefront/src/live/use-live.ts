import { useApolloClient } from '@apollo/client/react';
import type { OperationVariables } from '@apollo/client';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef, useState } from 'react';
import { isConnected } from '../api/client.ts';
import { isOver } from '../session/keep-token.ts';
import { useShopper } from '../session/session-context.ts';
import { useBehind } from './behind.ts';
import { failureOf } from './failure-of.ts';
import { follow, type LiveState } from './follow.ts';
import { later } from './later.ts';
import { onWake } from './on-wake.ts';

/**
 * Keeps a subscription up while the component is shown: from a snapshot, and after every loss behind the last update.
 * Ends with the session. Objects in an update that have an id change wherever they are shown; `onUpdate` hears of what
 * that does not cover.
 */
export function useLive<Data, Variables extends OperationVariables>(
  operation: TypedDocumentNode<Data, Variables & { after?: string | null }>,
  options: {
    /** Null: there is nothing to follow. */
    readonly variables: Variables | null;
    readonly cursorOf: (data: Data) => string | null;
    readonly onUpdate?: (data: Data) => void;
  },
): LiveState {
  const client = useApolloClient();
  const hasEnded = isOver(useShopper().state);
  const [state, setState] = useState<LiveState>('connecting');
  const latest = useRef(options);
  latest.current = options;
  const key = options.variables === null ? null : JSON.stringify(options.variables);

  useEffect(() => {
    if (key === null) return;
    // Nobody is there to follow it for, and nothing to try again.
    if (hasEnded) return setState('refused');
    // The key is the JSON of the variables.
    const variables = JSON.parse(key) as Variables;
    const following = follow<Data>({
      open(after, sink) {
        const subscription = client
          .subscribe({ query: operation, variables: { ...variables, after }, errorPolicy: 'all' })
          .subscribe({
            next({ data, error }) {
              if (data) sink.next(data);
              else if (error) sink.end(failureOf(error));
            },
            error: (error: unknown) => sink.end(failureOf(error)),
            complete: () => sink.end({ kind: 'lost', message: 'The server ended the stream.' }),
          });
        return () => subscription.unsubscribe();
      },
      cursorOf: (data) => latest.current.cursorOf(data),
      onUpdate: (data) => latest.current.onUpdate?.(data),
      onState: setState,
      isConnected: () => isConnected(client),
      later,
    });
    const giveUpWaking = onWake(following.wake);
    return () => {
      giveUpWaking();
      following.stop();
    };
  }, [client, operation, key, hasEnded]);
  useBehind(state === 'reconnecting');

  return state;
}
