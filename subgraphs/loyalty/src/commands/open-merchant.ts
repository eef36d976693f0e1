import type { Transaction } from '@ordergraph/events';
import { exponentOf } from '@ordergraph/money';
import type { MerchantCreated, MerchantUpdated } from '@ordergraph/schema';
import { findRow, insertRows, newId, write } from '@ordergraph/tenancy';
import { Program } from '../entities/program.entity.ts';
import { tellProgram } from '../ledger/tell-program.ts';
import { writeRule } from './upsert-rule.ts';

/** What a merchant's programme is until staff change it. */
const pointsPerOrder = 10;

/** Gives a new merchant a programme: 10 points for each order, usable at once, for a year, worth a hundredth each. */
export async function openMerchant(tx: Transaction, merchant: MerchantCreated): Promise<void> {
  const { merchantId: id, name, defaultCurrencyCode: currencyCode, currencyCodes } = merchant;
  if (await findRow(tx.em, Program, { id })) return;
  const program: Program = {
    id,
    tenantId: tx.tenantId,
    name: `${name} rewards`,
    pointsName: 'points',
    isActive: true,
    pendingDays: 0,
    expiryMonths: 12,
    // A cent, a hundredth of a krone; one yen, which has no hundredths.
    pointValueMinor: 10n ** BigInt(Math.max(0, exponentOf(currencyCode) - 2)),
    currencyCode,
    redemptionUnit: 1,
    reversalPolicy: 'WITHIN_BALANCE',
    soldCurrencyCodes: [...currencyCodes],
    version: 1,
  };
  insertRows(tx.em, Program, [program]);
  writeRule(tx, {
    id: newId(),
    tenantId: tx.tenantId,
    name: 'Every order',
    isActive: true,
    points: pointsPerOrder,
    perMinor: null,
    currencyCode: null,
    categoryIds: [],
    startsAt: null,
    endsAt: null,
    version: 1,
  });
  tellProgram(tx, program, ['program', 'earningRules'], null);
}

/** Keeps what the merchant sells in. What points are worth stays as staff set it, also in a currency that is given up. */
export async function keepCurrencies(tx: Transaction, { currencyCodes }: MerchantUpdated): Promise<void> {
  write(tx.em, 'update "loyalty"."program" set sold_currency_codes = $2 where tenant_id = $1', [
    tx.tenantId,
    [...currencyCodes],
  ]);
}
