import { skipToken, useQuery } from '@apollo/client/react';
import type { OperationVariables, WatchQueryFetchPolicy } from '@apollo/client';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef, useState } from 'react';
import { useBehind } from './behind.ts';
import { useTrying } from './use-trying.ts';
import { isPassing, withKnown } from './with-known.ts';

/** A question to the API, and what is known of its answer. */
export interface Question<Data, More> {
  /** The newest answer; what could not be answered just now is as it was known before. */
  readonly data: Data | undefined;
  /** What went wrong last. It stays while the question is asked again. */
  readonly error: unknown;
  /** Nothing is known yet, and nothing went wrong. */
  readonly isLoading: boolean;
  /** The answer is on its way; what is known meanwhile may be of before. */
  readonly isAsking: boolean;
  /** Asking failed in a way that may pass; it is asked again without anybody doing anything. */
  readonly isBehind: boolean;
  /** Asks again now. */
  readonly ask: () => void;
  readonly fetchMore: More;
}

/**
 * Asks the API. An answer that does not come takes nothing away that is known: the page counts as not up to date, and it
 * is asked again after growing pauses, and at once when the network is back or the page is looked at again.
 */
export function useQuestion<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  options: {
    /** Null: nothing is asked. */
    readonly variables: NoInfer<Variables> | null;
    readonly fetchPolicy?: WatchQueryFetchPolicy;
  },
) {
  const { variables, fetchPolicy } = options;
  const key = JSON.stringify(variables);
  // Checked above: what `useQuery` itself demands depends on the variables in ways that are not worked out for any of them.
  const asked = document as TypedDocumentNode<Data, OperationVariables>;
  const result = useQuery(asked, variables === null ? skipToken : { variables, ...(fetchPolicy && { fetchPolicy }) });
  const [trouble, setTrouble] = useState<{ key: string; error: unknown } | null>(null);
  const known = useRef<{ key: string; data: Data | undefined }>({ key, data: undefined });
  if (known.current.key !== key) known.current = { key, data: undefined };

  // A stream may clear the error of a question that still has no answer; what went wrong lasts until asking succeeds.
  const lasting = trouble?.key === key ? trouble.error : undefined;
  const error: unknown = result.error ?? lasting;
  const data = withKnown(result.data, known.current.data, error);
  known.current.data = data;

  async function ask(): Promise<boolean> {
    const answer = await result.refetch().catch((fault: unknown) => ({ error: fault }));
    const isLost = isPassing(answer.error);
    setTrouble(isLost ? { key, error: answer.error } : null);
    return !isLost;
  }
  useEffect(() => {
    if (isPassing(result.error)) setTrouble({ key, error: result.error });
  }, [result.error, key]);
  const isBehind = isPassing(error);
  useTrying(isBehind, ask);
  useBehind(isBehind && data !== undefined);

  return {
    data,
    error,
    isLoading: data === undefined && error === undefined && result.loading,
    isAsking: result.loading,
    isBehind,
    ask: () => void ask(),
    fetchMore: result.fetchMore,
  } satisfies Question<Data, typeof result.fetchMore>;
}
