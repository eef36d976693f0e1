// npm run bench -- loyalty: a million random events at loyalty accounts, with repeats and out of turn, through the rules of
// points alone; the books of every account are added up from their first transaction.
import { RandomAccount } from '../../subgraphs/loyalty/tests/random-points.ts';

const events = 1_000_000;
const eventsPerAccount = 400;
const policies = ['ONLY_PENDING', 'WITHIN_BALANCE', 'ALLOW_NEGATIVE'] as const;

/** Runs it and says how fast it was. Throws when any book does not agree. */
export function measureLoyalty(say: (line: string) => void): void {
  const started = performance.now();
  let [done, transactions, accounts] = [0, 0, 0];
  while (done < events) {
    const account = new RandomAccount(
      (accounts + 1) * 2_654_435,
      policies[accounts % policies.length] ?? 'ONLY_PENDING',
    );
    for (let n = 0; n < eventsPerAccount; n += 1) account.step();
    account.refundsAll();
    const problems = [...account.problems(), ...account.ledgerProblems()];
    if (problems.length > 0) throw new Error(`Account ${accounts}: ${problems.join('; ')}`);
    done += account.events;
    accounts += 1;
    transactions += account.draft.transactions.length;
  }
  const seconds = (performance.now() - started) / 1_000;
  say(`${done} events at ${accounts} accounts made ${transactions} transactions in ${seconds.toFixed(1)} s`);
  say(`${Math.round(done / seconds)} events/s; every ledger sums to its balance, and each payment earned once`);
}
