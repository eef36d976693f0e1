import type { Transaction } from '@ordergraph/events';
import { formatMoney, money, parseMoney } from '@ordergraph/money';
import type { ConfirmPointsHold, HoldPoints, PointsHoldRefusal } from '@ordergraph/schema';
import { findRow, insertRows, newId, updateRow } from '@ordergraph/tenancy';
import { refusalOf, valueOf } from '../domain/redeeming.ts';
import { Redemption } from '../entities/redemption.entity.ts';
import { answer, isAnsweredAgain } from '../ledger/answer.ts';
import type { HeldAccount } from '../ledger/held-account.ts';
import { holdAccount } from '../ledger/hold-account.ts';
import { renderNow } from '../ledger/render.ts';
import { saveAccount } from '../ledger/save-account.ts';

/** Sets points aside for a checkout, all of them or none. */
export async function holdPoints(tx: Transaction, command: HoldPoints): Promise<void> {
  const held = await holdAccount(tx, command.customerId);
  // Under the account's lock, so that of two equal commands the second sees what the first answered.
  if (await isAnsweredAgain(tx, held)) return saveAccount(tx, held);
  const { cartId, points } = command;
  const { draft, program, row } = held;
  const subtotal = parseMoney(command.subtotal);
  const refusal = refusalOf(points, { available: draft.balance.available, subtotal }, program);
  const redemptionId = newId();
  const parts = refusal ? null : draft.hold(points, { redemptionId });
  if (!parts) {
    fail(tx, held, { cartId, orderId: null, requested: points, reason: refusal ?? 'INSUFFICIENT_POINTS' });
    return saveAccount(tx, held);
  }
  const value = valueOf(points, program);
  const redemption: Redemption = {
    id: redemptionId,
    tenantId: tx.tenantId,
    accountId: row.id,
    cartId,
    orderId: null,
    status: 'HELD',
    points,
    valueMinor: value.minor,
    currencyCode: value.currencyCode,
    parts,
    restored: 0,
    expiresAt: new Date(command.expiresAt),
    createdAt: tx.now,
  };
  insertRows(tx.em, Redemption, [redemption]);
  held.holds.push(redemption);
  saveAccount(tx, held);
  tellHeld(tx, held, redemption);
}

/** Binds points to the order and extends the hold. Where it ran out, holds again what is still there. */
export async function confirmPointsHold(tx: Transaction, command: ConfirmPointsHold): Promise<void> {
  const { redemptionId, orderId } = command;
  const { held, redemption } = await holdRedemption(tx, redemptionId);
  if (await isAnsweredAgain(tx, held)) return saveAccount(tx, held);
  const { cartId, points } = redemption;
  const refuse = (reason: PointsHoldRefusal): void => {
    fail(tx, held, { cartId, orderId, requested: points, reason });
    saveAccount(tx, held);
  };
  const isTaken = redemption.orderId !== null && redemption.orderId !== orderId;
  // What was given back by command stays given back: a late confirmation must not spend it.
  if (redemption.status === 'RELEASED' || redemption.status === 'CAPTURED' || isTaken) return refuse('RELEASED');
  const expiresAt = new Date(command.expiresAt);
  if (redemption.status === 'EXPIRED') {
    const parts = held.draft.hold(points, { redemptionId, orderId });
    if (!parts) return refuse('INSUFFICIENT_POINTS');
    updateRow(tx.em, Redemption, redemption, { parts, status: 'HELD' });
    if (!held.holds.includes(redemption)) held.holds.push(redemption);
  }
  updateRow(tx.em, Redemption, redemption, { orderId, expiresAt });
  saveAccount(tx, held);
  tellHeld(tx, held, redemption);
}

/** Takes a redemption and, before it, the account that it belongs to. */
export async function holdRedemption(
  tx: Transaction,
  redemptionId: string,
): Promise<{ held: HeldAccount; redemption: Redemption }> {
  const found = await findRow(tx.em, Redemption, { id: redemptionId, tenantId: tx.tenantId });
  if (!found) throw new Error(`There is no redemption ${redemptionId}; expected one that HoldPoints made.`);
  const held = await holdAccount(tx, found.accountId, found.orderId);
  // What time ended is settled on the row that came with the account.
  const open = held.holds.find(({ id }) => id === redemptionId);
  const redemption = open ?? (await findRow(tx.em, Redemption, { id: redemptionId, tenantId: tx.tenantId }));
  return { held, redemption: redemption ?? found };
}

function tellHeld(tx: Transaction, held: HeldAccount, redemption: Redemption): void {
  const { id: redemptionId, accountId, cartId, orderId, points, valueMinor, currencyCode, expiresAt } = redemption;
  answer(tx, {
    type: 'PointsHeld',
    payload: {
      accountId,
      customerId: accountId,
      redemptionId,
      cartId,
      orderId,
      points,
      value: formatMoney(money(valueMinor, currencyCode)),
      expiresAt: expiresAt.toISOString(),
      balance: renderNow(held.draft),
    },
  });
}

function fail(
  tx: Transaction,
  { row, draft }: HeldAccount,
  why: { cartId: string; orderId: string | null; requested: number; reason: PointsHoldRefusal },
): void {
  answer(tx, {
    type: 'PointsHoldFailed',
    payload: { ...why, accountId: row.id, available: draft.balance.available },
  });
}
