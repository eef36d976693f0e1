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
