import type { PointsDraft } from '../domain/points-draft.ts';
import type { Account } from '../entities/account.entity.ts';
import type { Program } from '../entities/program.entity.ts';
import type { Redemption } from '../entities/redemption.entity.ts';
import type { Tier } from '../entities/tier.entity.ts';

/** An account in the hands of the transaction that changes it, with all that a decision about it needs. */
export interface HeldAccount {
  readonly row: Account;
  readonly program: Program;
  readonly tiers: readonly Tier[];
  readonly draft: PointsDraft;
  /** Points that were set aside when the account was taken, and what this transaction sets aside. */
  readonly holds: Redemption[];
  /** The lots as they were read, by id. */
  readonly lotsBefore: ReadonlyMap<string, string>;
}
