import type { Transaction } from '@ordergraph/events';
import type { Program } from '../entities/program.entity.ts';

/** A programme as events show it. */
export const shownProgram = ({
  pointValueMinor,
  tenantId: _tenantId,
  soldCurrencyCodes: _soldCurrencyCodes,
  ...program
}: Program) => ({
  ...program,
  pointValueMinor: pointValueMinor.toString(),
});

/** Tells that a programme began or changed. `before` is what it was, null when it began. */
export function tellProgram(
  tx: Transaction,
  program: Program,
  changedPaths: readonly string[],
  before: unknown,
  after: unknown = shownProgram(program),
): void {
  tx.publish('LoyaltyProgramChanged', {
    programId: program.id,
    reversalPolicy: program.reversalPolicy,
    changedPaths: [...changedPaths],
    before,
    after,
  });
}
