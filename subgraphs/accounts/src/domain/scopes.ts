/** A permission as roles and API keys hold it. */
export interface ScopeEntry {
  readonly name: string;
  readonly description: string;
  /** Its holder can move money or stock, or sees personal data. */
  readonly isSensitive: boolean;
}

const entry = (name: string, description: string, isSensitive = false): ScopeEntry => ({
  name,
  description,
  isSensitive,
});

/** Every permission there is: two for each subgraph, and narrower ones that the broad ones do not include. */
export const scopeCatalogue: readonly ScopeEntry[] = [
  entry('read_accounts', 'See staff, roles and API keys.', true),
  entry('write_accounts', 'Change settings, invite staff, and manage roles and API keys.', true),
  entry('read_catalog', 'See products and categories, drafts included.'),
  entry('write_catalog', 'Change products and categories.'),
  entry('read_customers', 'See customers, and requests about their data.', true),
  entry('write_customers', 'Change customers, and request copies or erasure of their data.', true),
  entry('read_inventory', 'See stock levels, locations and reservations.'),
  entry('write_inventory', 'Adjust stock, and change locations and stock settings.', true),
  entry('write_stock_overrides', 'Override what stock is shown as available.', true),
  entry('read_logistics', 'See parcels, where they are and where they go.', true),
  entry('write_logistics', 'Prepare, dispatch and cancel parcels.', true),
  entry('read_loyalty', 'See points of customers, and the programme.', true),
  entry('write_loyalty', 'Change the programme, its tiers and how orders earn points.', true),
  entry('write_points', 'Give points to customers, and take them.', true),
  entry('read_notifications', 'See messages to customers, and their templates.', true),
  entry('write_notifications', 'Send messages again and change templates.', true),
  entry('read_orders', 'See carts, orders and returns.', true),
  entry('write_orders', 'Place, hold, cancel and change orders, and settle returns.', true),
  entry('write_refunds', 'Refund orders.', true),
  entry('write_sagas', 'Retry or discard work that got stuck.', true),
  entry('read_payments', 'See payments and refunds.'),
  entry('write_payments', 'Create payments.', true),
  entry('write_captures', 'Capture and void payments.', true),
];

/** The names of all permissions. */
export const allScopes: readonly string[] = scopeCatalogue.map((scope) => scope.name);

const reading = allScopes.filter((scope) => scope.startsWith('read_'));

/** Roles that every merchant has. Their scopes live here and not in rows, so that a new scope reaches them at once. */
export const builtInRoles = {
  owner: allScopes,
  operations: allScopes.filter((scope) => scope !== 'write_accounts'),
  support: [...reading, 'write_customers', 'write_notifications', 'write_orders', 'write_refunds'],
  viewer: reading,
} as const satisfies Record<string, readonly string[]>;

/** The name of a role that every merchant has. */
export type BuiltInRole = keyof typeof builtInRoles;

export const builtInRoleNames: readonly BuiltInRole[] = ['owner', 'operations', 'support', 'viewer'];

/** A role, as far as its scopes depend on it. */
export interface ScopeHolder {
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly scopes: readonly string[];
}

/** What a role grants. */
export function scopesOf(role: ScopeHolder): readonly string[] {
  const builtIn = builtInRoleNames.find((name) => role.isBuiltIn && name === role.name);
  return builtIn ? builtInRoles[builtIn] : role.scopes;
}

/** The scopes, each once, in the order of the catalogue; names that it does not know drop out. */
export function knownScopes(scopes: readonly string[]): string[] {
  return allScopes.filter((scope) => scopes.includes(scope));
}

/** Names that stand in no catalogue. */
export function unknownScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !allScopes.includes(scope));
}

/** What somebody would hand out without holding it. */
export function escalatedScopes(granted: readonly string[], heldByGrantor: readonly string[]): string[] {
  return knownScopes(granted).filter((scope) => !heldByGrantor.includes(scope));
}
