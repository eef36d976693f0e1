/** Lets at most one in ten requests be a repeat, so that repeating never doubles the load on what is already down. */
export interface RetryBudget {
  earn(): void;
  spend(): boolean;
}

const share = 0.1;
const mostSaved = 10;

/** Starts with one retry at hand, so that a quiet subgraph gets one too. */
export function createRetryBudget(): RetryBudget {
  let saved = 1;
  return {
    earn: () => {
      saved = Math.min(mostSaved, saved + share);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
