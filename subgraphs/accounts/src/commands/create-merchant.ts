import type { Transaction } from '@ordergraph/events';
import { done, refuse, type Outcome } from '@ordergraph/subgraph-server';
import { query } from '@ordergraph/tenancy';
import type { AccountErrorCode } from '../../generated/graphql.ts';
import { derivedId } from '../derived-id.ts';
import {
  handleProblems,
  normalizeSettings,
  settingsOf,
  settingsProblems,
  type MerchantSettings,
} from '../domain/merchant-settings.ts';
import { emailProblems, normalizeEmail } from '../domain/person.ts';
import { builtInRoleNames, builtInRoles, type BuiltInRole } from '../domain/scopes.ts';
import { Role } from '../entities/role.entity.ts';
import { StaffMember } from '../entities/staff-member.entity.ts';
import { refuseInvalid } from './refusals.ts';
import { saveStaffMember } from './save-staff-member.ts';

export interface NewMerchant extends MerchantSettings {
  readonly handle: string;
  readonly ownerEmail: string;
}

/** The id of a role that the merchant has from the beginning. */
export const builtInRoleId = (merchantId: string, name: BuiltInRole): string => derivedId(merchantId, 'role', name);

/** The id of the person that the merchant was opened for. */
export const firstOwnerId = (merchantId: string): string => derivedId(merchantId, 'first-owner');

/** Opens a merchant with its built-in roles and its first owner. The transaction's tenant becomes the merchant's id. */
export async function createMerchant(
  tx: Transaction,
  input: NewMerchant,
): Promise<Outcome<{ merchantId: string; ownerId: string }, AccountErrorCode>> {
  const problems = [
    ...handleProblems(input.handle),
    ...settingsProblems(input),
    ...emailProblems('ownerEmail', input.ownerEmail),
  ];
  if (problems.length > 0) return refuseInvalid(problems);

  const merchantId = tx.tenantId;
  const settings = normalizeSettings(input);
  if (!(await insertMerchant(tx, input.handle, settings))) {
    return refuse('TAKEN', `Another merchant has the handle ${input.handle}.`, ['handle']);
  }
  tx.publish('MerchantCreated', { merchantId, handle: input.handle, ...settingsOf(settings) });

  for (const name of builtInRoleNames) {
    const id = builtInRoleId(merchantId, name);
    tx.em.create(Role, { id, tenantId: merchantId, name, scopes: [], isBuiltIn: true, createdAt: tx.now });
    tx.publish('RoleChanged', { roleId: id, name, scopesBefore: null, scopesAfter: [...builtInRoles[name]] });
  }

  const email = normalizeEmail(input.ownerEmail);
  const owner = tx.em.create(StaffMember, {
    id: firstOwnerId(merchantId),
    tenantId: merchantId,
    email,
    // The person says their name once they are in.
    name: email.slice(0, email.indexOf('@')),
    roleIds: [builtInRoleId(merchantId, 'owner')],
    isActive: true,
    createdAt: tx.now,
  });
  await saveStaffMember(tx, owner, 'INVITED');
  return done({ merchantId, ownerId: owner.id });
}

/** False when the handle is taken, by whichever tenant: only the unique index can see that. */
async function insertMerchant(tx: Transaction, handle: string, settings: MerchantSettings): Promise<boolean> {
  const inserted = await query(
    tx.em,
    `insert into "accounts"."merchant" (id, tenant_id, handle, name, status, default_currency_code, currency_codes,
       country_code, time_zone, language_code, taxes_included, capture_policy, tax_rates, return_window_days,
       checkout_hold_seconds, created_at)
     values ($1, $1, $2, $3, 'ACTIVE', $4, $5::text[], $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14)
     on conflict (handle) do nothing returning 1`,
    [
      tx.tenantId,
      handle,
      settings.name,
      settings.defaultCurrencyCode,
      [...settings.currencyCodes],
      settings.countryCode,
      settings.timeZone,
      settings.languageCode,
      settings.taxesIncluded,
      settings.capturePolicy,
      JSON.stringify(settings.taxRates),
      settings.returnWindowDays,
      settings.checkoutHoldSeconds,
      tx.now,
    ],
  );
  return inserted.length > 0;
}
