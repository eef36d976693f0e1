import type { LogisticsSettingsChange } from '@ordergraph/logistics-subgraph';
import type { BuiltInRole, MerchantSettings } from '@ordergraph/accounts-subgraph';

/** A person who works for a demo merchant. */
export interface DemoStaff {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: BuiltInRole;
}

/** A shopper of a demo merchant. */
export interface DemoCustomer {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly languageCode: string;
  readonly city: string;
  readonly postalCode: string;
  readonly line1: string;
}

/** Something for sale. The price is in the merchant's default currency, as a decimal. */
export interface DemoProduct {
  readonly handle: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly taxCode: string;
  readonly price: string;
  readonly weightGrams: number;
  /** Units on hand of each variant. */
  readonly stock: number;
  /** One variant per value; none makes a single variant. */
  readonly choice?: { readonly name: string; readonly values: readonly string[] };
}

/** A way to ship. */
export interface DemoShipping {
  readonly handle: string;
  readonly title: string;
  readonly price: string;
  readonly freeFrom: string | null;
  readonly countryCodes: readonly string[];
  readonly carrierCode: string;
}

/** A demo shop: all that is needed to open it. */
export interface DemoMerchant {
  readonly id: string;
  readonly handle: string;
  readonly shop: MerchantSettings;
  readonly owner: { readonly name: string; readonly email: string };
  readonly staff: readonly DemoStaff[];
  readonly customers: readonly DemoCustomer[];
  /** Names the token of visitors who are not signed in. */
  readonly visitorId: string;
  readonly categories: readonly { readonly handle: string; readonly name: string }[];
  readonly products: readonly DemoProduct[];
  /** Whether parcels leave by themselves. */
  readonly logistics: LogisticsSettingsChange;
  readonly shipping: readonly DemoShipping[];
}
