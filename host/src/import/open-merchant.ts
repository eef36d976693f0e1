import { createMerchant } from '@ordergraph/accounts-subgraph';
import { currencyCode } from './classify.ts';
import { derivedId } from './derived-id.ts';
import { openShop, type FindSubgraph, type Shop } from './shop.ts';

interface FoundMerchant extends Record<string, unknown> {
  readonly id: string;
  readonly currency_codes: readonly string[];
}

/** The merchant with this handle or name; opened, with the settings of the log's wholesaler, when there is none. */
export async function openMerchant(find: FindSubgraph, name: string): Promise<Shop> {
  const [known] = await find('accounts').runtime.crossTenant<FoundMerchant>(
    `select id, currency_codes from "accounts"."merchant" where handle = $1 or name = $1 order by handle = $1 desc limit 1`,
    [name],
  );
  if (known) {
    if (known.currency_codes.includes(currencyCode)) return openShop(find, known.id);
    throw new Error(
      `${name} does not sell in ${currencyCode}, the currency of the log. Name another merchant, or a new one.`,
    );
  }
  const handle = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const shop = openShop(find, derivedId(handle, 'merchant'));
  await shop.step('accounts', 'merchant', (tx) =>
    createMerchant(tx, {
      handle,
      name,
      ownerEmail: `owner-${handle}@example.invalid`,
      defaultCurrencyCode: currencyCode,
      currencyCodes: [currencyCode],
      countryCode: 'GB',
      timeZone: 'Europe/London',
      languageCode: 'en',
      taxesIncluded: true,
      capturePolicy: 'ON_PLACEMENT',
      taxRates: [],
      returnWindowDays: 30,
      checkoutHoldSeconds: 600,
    }),
  );
  return shop;
}
