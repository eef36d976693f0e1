import { monthsLater, type LotPart } from './lots.ts';
import type { DraftTransaction, PointsDraft } from './points-draft.ts';

/** Points set aside for a checkout, as far as time ends them. */
export interface OpenHold {
  readonly id: string;
  readonly orderId: string | null;
  readonly points: number;
  readonly parts: readonly LotPart[];
  readonly expiresAt: Date;
}

/** What time did to an account. */
export type Settled<Hold extends OpenHold> =
  | { readonly type: 'activated' | 'expired'; readonly entry: DraftTransaction }
  | { readonly type: 'released'; readonly entry: DraftTransaction; readonly hold: Hold };

/** When points that become usable then lapse; null where a programme's points never do. */
export const expiryAfter = (from: number, expiryMonths: number | null): number | null =>
  expiryMonths === null ? null : monthsLater(from, expiryMonths);

/** Does what time has done: pending points become usable, holds that ran out come back, and then what lapsed goes. */
export function settle<Hold extends OpenHold>(
  draft: PointsDraft,
  holds: readonly Hold[],
  expiryMonths: number | null,
  now: number,
): Settled<Hold>[] {
  const settled: Settled<Hold>[] = [];
  const lots = [...draft.lots.values()];
  for (const lot of lots) {
    if (!lot.isPending || lot.activatesAt === null || lot.activatesAt > now) continue;
    const entry = draft.activate(lot, expiryAfter(lot.activatesAt, expiryMonths));
    if (entry) settled.push({ type: 'activated', entry });
  }
  for (const hold of holds) {
    if (hold.expiresAt.getTime() > now) continue;
    const facts = { redemptionId: hold.id, orderId: hold.orderId, reason: 'The hold ran out of time.' };
    settled.push({ type: 'released', entry: draft.release(hold.points, hold.parts, facts), hold });
  }
  for (const lot of lots) {
    if (lot.isPending || lot.expiresAt === null || lot.expiresAt > now) continue;
    const entry = draft.expire(lot);
    if (entry) settled.push({ type: 'expired', entry });
  }
  return settled;
}

/** When time changes the account next; null when it never does. */
export function nextChange(draft: PointsDraft, holds: readonly Pick<OpenHold, 'expiresAt'>[]): number | null {
  const instants = holds.map(({ expiresAt }) => expiresAt.getTime());
  for (const lot of draft.lots.values()) {
    const at = lot.isPending ? lot.activatesAt : lot.expiresAt;
    if (lot.remaining > 0 && at !== null) instants.push(at);
  }
  return instants.length === 0 ? null : Math.min(...instants);
}
