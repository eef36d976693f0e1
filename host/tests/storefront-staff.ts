import { expect } from 'vitest';

/** Asks an installation with demo users what only staff may. */
async function askAsStaff<Data>(origin: string, query: string, variables: object): Promise<Data> {
  const users = (await (await fetch(`${origin}/sign-in/tokens.json`)).json()) as { kind: string; token: string }[];
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${users.find(({ kind }) => kind === 'STAFF owner')?.token}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** The parcel of the confirmed order of somebody. */
async function parcelOf(origin: string, email: string): Promise<string | undefined> {
  const { orders } = await askAsStaff<{
    orders: { nodes: { email: string; status: string; shipments: { id: string }[] | null }[] };
  }>(origin, '{ orders(first: 10) { nodes { email status shipments { id } } } }', {});
  return orders.nodes.find((one) => one.email === email && one.status === 'CONFIRMED')?.shipments?.[0]?.id;
}

/** Hands it over. */
export async function dispatchParcelFor(origin: string, email: string): Promise<void> {
  const input = { shipmentId: await parcelOf(origin, email), idempotencyKey: `dispatch ${email}` };
  const { shipmentDispatch } = await askAsStaff<{ shipmentDispatch: { userErrors: { code: string }[] } }>(
    origin,
    'mutation ($input: ShipmentDispatchInput!) { shipmentDispatch(input: $input) { userErrors { code message } } }',
    { input },
  );
  // Demo shops hand parcels over by themselves after a while, which may have been sooner.
  const refused = shipmentDispatch.userErrors.filter(({ code }) => code !== 'ALREADY_DISPATCHED');
  expect(refused).toEqual([]);
}

/** Leaves so many of the first variant of a product, all in one place, and lets shoppers see numbers or not. */
export async function countStock(
  origin: string,
  handle: string,
  { quantity, isShown }: { quantity: number; isShown: boolean },
): Promise<void> {
  const { product } = await askAsStaff<{
    product: {
      variants: { nodes: { id: string; inventoryLevels: { nodes: { location: { id: string } }[] } }[] };
    };
  }>(
    origin,
    `query ($handle: String!) {
      product(handle: $handle) { variants(first: 1) { nodes { id inventoryLevels(first: 10) { nodes { location { id } } } } } }
    }`,
    { handle },
  );
  const [variant] = product.variants.nodes;
  const quantities = variant?.inventoryLevels.nodes.map(({ location }, index) => ({
    variantId: variant.id,
    locationId: location.id,
    quantity: index === 0 ? quantity : 0,
    changeFromQuantity: null,
  }));
  const answer = await askAsStaff<Record<'inventorySet' | 'inventorySettingsUpdate', { userErrors: unknown[] }>>(
    origin,
    `mutation ($stock: InventorySetInput!, $settings: InventorySettingsUpdateInput!) {
      inventorySet(input: $stock) { userErrors { code message } }
      inventorySettingsUpdate(input: $settings) { userErrors { code message } }
    }`,
    {
      stock: { quantities, reason: 'COUNT', idempotencyKey: `count ${handle} ${quantity}` },
      settings: { showsQuantity: isShown },
    },
  );
  expect(answer.inventorySet.userErrors).toEqual([]);
  expect(answer.inventorySettingsUpdate.userErrors).toEqual([]);
}

/** What was paid, or tried, for the newest orders of somebody: the states of their payments. */
export async function paymentsOf(origin: string, email: string): Promise<{ status: string; payments: string[] }[]> {
  const { orders } = await askAsStaff<{
    orders: { nodes: { email: string; status: string; payments: { status: string }[] }[] };
  }>(origin, '{ orders(first: 20) { nodes { email status payments { status } } } }', {});
  return orders.nodes
    .filter((one) => one.email === email)
    .map(({ status, payments }) => ({ status, payments: payments.map((payment) => payment.status) }));
}

/** Gives points to somebody, or takes them. */
export async function adjustPoints(origin: string, email: string, points: number): Promise<void> {
  const { customers } = await askAsStaff<{ customers: { nodes: { id: string; email: string }[] } }>(
    origin,
    '{ customers(first: 20) { nodes { id email } } }',
    {},
  );
  const customerId = customers.nodes.find((one) => one.email === email)?.id;
  const { loyaltyPointsAdjust } = await askAsStaff<{ loyaltyPointsAdjust: { userErrors: unknown[] } }>(
    origin,
    'mutation ($input: LoyaltyPointsAdjustInput!) { loyaltyPointsAdjust(input: $input) { userErrors { code message } } }',
    { input: { customerId, points, reason: 'Counted again.', idempotencyKey: `adjust ${email} ${points}` } },
  );
  expect(loyaltyPointsAdjust.userErrors).toEqual([]);
}
