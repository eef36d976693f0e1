import { useState } from 'react';
import { useShopper } from './session-context.ts';

/** What somebody is filling in. */
export interface Draft<Value> {
  readonly value: Value;
  /** Whether it was there already when the page was opened. */
  readonly wasKept: boolean;
  change(next: Value): void;
  /** It was sent: nothing of it is kept any more. */
  done(): void;
}

/**
 * Keeps what a person fills in for as long as the tab, because signing in again leads away from the page and back. Another
 * person in the same tab does not see it.
 */
export function useDraft<Value>(name: string, initial: () => Value): Draft<Value> {
  const { token } = useShopper();
  const key = `ordergraph:draft:${token.subject}:${name}`;
  const [kept] = useState(() => sessionStorage.getItem(key));
  // Written by `change` below, under the same name.
  const [value, setValue] = useState(() => (kept === null ? initial() : (JSON.parse(kept) as Value)));
  return {
    value,
    wasKept: kept !== null,
    change(next) {
      sessionStorage.setItem(key, JSON.stringify(next));
      setValue(next);
    },
    done: () => sessionStorage.removeItem(key),
  };
}
