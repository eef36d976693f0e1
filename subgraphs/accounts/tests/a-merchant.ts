import type { Viewer } from '@ordergraph/identity';
import { aViewer, expectData, type TestHouse } from '@ordergraph/testing';
import { newId } from '@ordergraph/tenancy';
import { allScopes, createMerchant, firstOwnerId } from '../src/index.ts';

/** A refusal as these tests select it. */
export interface Refused {
  readonly code: string;
  readonly field: string[] | null;
}

/** A platform operator without a selected merchant. */
export const anOperator = (): Viewer => aViewer({ tenantId: null, type: 'PLATFORM_OPERATOR' });

/** What `merchantCreate` is given. */
export const aMerchantInput = (over: object = {}) => ({
  handle: `shop-${newId()}`,
  name: 'Shop',
  defaultCurrencyCode: 'EUR',
  countryCode: 'DE',
  timeZone: 'Europe/Berlin',
  ownerEmail: 'Ada@Example.com',
  idempotencyKey: newId(),
  ...over,
});

/** Opens a merchant and answers with a token of its first owner, who holds every scope. */
export async function anOwner(house: TestHouse, over: { handle?: string; ownerEmail?: string } = {}): Promise<Viewer> {
  const tenantId = newId();
  const { handle = `shop-${tenantId}`, ownerEmail = 'ada@example.com' } = over;
  const outcome = await house.command('accounts', tenantId, (tx) =>
    createMerchant(tx, {
      handle,
      ownerEmail,
      name: 'Shop',
      defaultCurrencyCode: 'EUR',
      currencyCodes: ['USD'],
      countryCode: 'DE',
      timeZone: 'Europe/Berlin',
      languageCode: 'de',
      taxesIncluded: true,
      capturePolicy: 'ON_PLACEMENT',
      taxRates: [],
      returnWindowDays: 30,
      checkoutHoldSeconds: 600,
    }),
  );
  if (!outcome.value) throw new Error(`The merchant was refused: ${JSON.stringify(outcome.refusals)}`);
  return aViewer({ tenantId, id: firstOwnerId(tenantId), scopes: allScopes });
}

/** Runs one mutation with an input, selecting `selection` and the refusals; answers its payload. */
export async function mutate<Payload>(
  house: TestHouse,
  viewer: Viewer,
  field: string,
  input: object,
  selection: string,
): Promise<Payload & { userErrors: Refused[] }> {
  const inputType = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${inputType}!) { ${field}(input: $input) { ${selection} userErrors { code field } } }`;
  const data = expectData<Record<string, Payload & { userErrors: Refused[] }>>(
    await house.execute('accounts', viewer, query, { input }),
  );
  const payload = data[field];
  if (!payload) throw new Error(`${field} answered nothing.`);
  return payload;
}

/** The messages of a tenant that were published, oldest first. */
export async function published(
  house: TestHouse,
  tenantId: string,
): Promise<{ type: string; payload: Record<string, unknown> }[]> {
  return house
    .subgraph('accounts')
    .runtime.crossTenant('select type, payload from "accounts"."outbox" where tenant_id = $1 order by id', [tenantId]);
}
