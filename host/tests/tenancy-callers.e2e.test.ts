import { allScopes } from '@ordergraph/accounts-subgraph';
import { aViewer } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf, shownIn, uuidsIn, type Belongings } from './tenancy/belongings.ts';
import {
  argumentsFor,
  describePlace,
  documentOf,
  placesOf,
  rootFields,
  selectionOf,
} from './tenancy/generated-calls.ts';
import { codesOf, tryAll, type Stranger } from './tenancy/matrix.ts';
import { startTrial, type Trial } from './tenancy/trial.ts';

let trial: Trial;
/** Opaque ids of A by type. */
let ids: Map<string, Set<string>>;

beforeAll(async () => {
  trial = await startTrial();
  ids = await trial.idsOf(trial.a);
});
afterAll(() => trial.stop());

const stranger = (name: string, bearer: string): Stranger => ({
  name,
  ask: (query, variables) => trial.ask(bearer, query, variables),
});
const uuidOf = (opaque: string): string => uuidsIn(opaque)[0] ?? '';

// Goods, places, words and settings, which all shoppers share.
const shared =
  /^(accounts|catalog)\.|^inventory\.(location|level|variant|settings)$|merchant_copy$|variant_copy$|shipping_method$|template$/;

interface Person {
  readonly id: string;
  readonly cartId: string;
  readonly orders: readonly { readonly id: string }[];
}

/** The rows that are about one of two people, and the ids that only those rows name. */
async function belongingsOf(
  whose: Person,
  other: Person,
  mark: string,
): Promise<{ belongings: Belongings; rows: string[] }> {
  const seedsOf = ({ id, cartId, orders }: Person): string[] => [
    id,
    uuidOf(cartId),
    ...orders.map((order) => uuidOf(order.id)),
  ];
  const [own, others] = [seedsOf(whose), seedsOf(other)];
  const tables = [...(await rowsOf(trial.superuser, trial.a.id))];
  const personalRows = tables.filter(([table]) => !shared.test(table)).flatMap(([, rows]) => rows);
  const rows = personalRows.filter((row) => own.some((id) => row.includes(id)));
  const elsewhere = [
    ...tables.filter(([table]) => shared.test(table)).flatMap(([, found]) => found),
    ...personalRows.filter((row) => others.some((id) => row.includes(id))),
  ];
  const known = new Set(elsewhere.flatMap(uuidsIn));
  return { belongings: { ids: new Set(rows.flatMap(uuidsIn).filter((id) => !known.has(id))), mark }, rows };
}

const idsWithin = ({ ids: theirs }: Belongings, type: string): string[] =>
  [...(ids.get(type) ?? [])].filter((id) => theirs.has(uuidOf(id)));

/** What shoppers have of their own; the rest of the storefront is everybody's. */
const personal = ['Customer', 'Cart', 'Order', 'OrderLine', 'Return', 'Payment', 'Refund', 'Shipment'];

test('a shopper finds and moves nothing of another shopper of the same merchant', async () => {
  const { a, storefront, token } = trial;
  const [first, second] = a.shoppers;
  const own = await belongingsOf(first, second, '\u0000');
  const foreign = await belongingsOf(second, first, `${a.mark}-second`);
  const places = placesOf(storefront).filter(({ names, path }) =>
    names === null ? path.at(-1) === 'number' : personal.includes(names),
  );
  expect(places.map(describePlace)).toContain('order(number)');

  const { findings, calls } = await tryAll({
    schema: storefront,
    places,
    strangers: [
      stranger('another customer', token('CUSTOMER', [a.id], first.id)),
      stranger('a guest', token('ANONYMOUS', [a.id])),
    ],
    valuesAt: ({ names }) =>
      names === null ? second.orders.map(({ number }) => number) : idsWithin(foreign.belongings, names),
    own: (type) => (personal.includes(type) ? idsWithin(own.belongings, type) : [...(ids.get(type) ?? [])])[0] ?? '',
    foreign: foreign.belongings,
  });
  await trial.shop.house.quiet();

  expect(findings).toEqual([]);
  expect(calls).toBeGreaterThan(60);
  const after = await belongingsOf(second, first, '');
  expect(after.rows).toEqual(foreign.rows);
});

test('a guest’s cart opens by its id and leads to the order, which its number and its own id do not', async () => {
  const { a, token, ask } = trial;
  const guest = token('ANONYMOUS', [a.id]);
  const { rows } = await trial.superuser.query<{ id: string }>(
    'select id from "orders"."cart" where tenant_id = $1 and order_id = $2',
    [a.id, uuidOf(a.guestOrder.id)],
  );
  const cartId = Buffer.from(`Cart:${rows[0]?.id}`).toString('base64url');

  for (const bearer of [guest, token('CUSTOMER', [a.id], a.shoppers[0].id)]) {
    expect(await ask(bearer, 'query ($id: ID!) { order(id: $id) { id } }', { id: a.guestOrder.id })).toEqual({
      data: { order: null },
    });
    expect(await ask(bearer, 'query ($n: String!) { order(number: $n) { id } }', { n: a.guestOrder.number })).toEqual({
      data: { order: null },
    });
  }
  expect(await ask(guest, 'query ($id: ID!) { cart(id: $id) { order { number } } }', { id: cartId })).toEqual({
    data: { cart: { order: { number: a.guestOrder.number } } },
  });
});

test('what the storefront does not have is refused to shoppers before it is looked up', async () => {
  const { a, fullSchema, storefront, token, ask } = trial;
  const open = new Set(rootFields(storefront).map(({ field }) => field.name));
  const closed = rootFields(fullSchema).filter(({ field }) => !open.has(field.name));
  expect(closed.length).toBeGreaterThan(50);
  const answers: string[] = [];
  for (const bearer of [token('CUSTOMER', [a.id], a.shoppers[0].id), token('ANONYMOUS', [a.id])]) {
    for (const { operation, field } of closed) {
      const given = argumentsFor(fullSchema, field, null, '', (type) => [...(ids.get(type) ?? [])][0] ?? '');
      const answer = await ask(bearer, documentOf(operation, field, given, '{ __typename }'), given);
      if (codesOf(answer).join() !== 'FORBIDDEN') answers.push(`${field.name}: ${JSON.stringify(answer)}`);
    }
  }
  expect(answers).toEqual([]);
});

// What operators are for; everything else is a tenant's.
const operatorFields = ['merchants', 'merchantCreate', 'merchantSuspend', 'merchantReactivate'];

test('a platform operator reads and changes nothing of any merchant but the merchant itself', async () => {
  const { a, fullSchema, token } = trial;
  const operator = stranger('operator', token('PLATFORM_OPERATOR', [a.id]));
  const before = await rowsOf(trial.superuser, a.id);
  const fields = rootFields(fullSchema).filter(({ field }) => !operatorFields.includes(field.name));

  const answers: string[] = [];
  for (const { operation, field } of fields) {
    const given = argumentsFor(fullSchema, field, null, '', (type) => [...(ids.get(type) ?? [])][0] ?? '');
    const answer = await operator.ask(documentOf(operation, field, given, selectionOf(field.type, 2)), given);
    const passed = JSON.stringify(given).match(/[\w-]{48,}/g) ?? [];
    const shown = shownIn(answer, trial.ofA, ...passed);
    const isEmpty = ['viewer', 'me'].includes(field.name) || codesOf(answer).includes('FORBIDDEN');
    if (shown.length > 0 || !isEmpty) answers.push(`${field.name}: ${JSON.stringify(answer).slice(0, 300)}`);
  }

  expect(answers).toEqual([]);
  expect(await rowsOf(trial.superuser, a.id)).toEqual(before);
});

test('X-Tenant-ID outside the token is refused before any subgraph is called, and counted', async () => {
  const { a, b, token, ask, called, gateway } = trial;
  const mismatches = (): number => gateway.refusals().get('TENANT_MISMATCH') ?? 0;
  const before = mismatches();
  called.length = 0;

  const selectors = [
    a.id,
    a.id.toUpperCase(),
    `${a.id},${b.id}`,
    `${b.id}, ${a.id}`,
    '00000000-0000-0000-0000-000000000000',
    '*',
    '',
  ];
  for (const type of ['STAFF', 'APP', 'CUSTOMER', 'ANONYMOUS', 'PLATFORM_OPERATOR'] as const) {
    for (const selector of selectors) {
      const answer = await ask(
        token(type, [b.id]),
        '{ viewer { type merchant { id } } }',
        {},
        { 'x-tenant-id': selector },
      );
      expect([type, selector, codesOf(answer), answer.data ?? null]).toEqual([
        type,
        selector,
        ['TENANT_MISMATCH'],
        null,
      ]);
    }
  }

  expect(called).toEqual([]);
  expect(mismatches() - before).toBe(5 * selectors.length);
});

test('X-Tenant-ID selects among the merchants of the token, and a token of several needs it', async () => {
  const { a, b, token, ask } = trial;
  const both = token('STAFF', [a.id, b.id], a.staffId);
  const name = '{ viewer { merchant { name } } }';

  for (const merchant of [a, b]) {
    const answer = await ask(both, name, {}, { 'x-tenant-id': merchant.id });
    expect(answer).toEqual({ data: { viewer: { merchant: { name: `${merchant.mark} shop` } } } });
  }
  expect(codesOf(await ask(both, name))).toEqual(['BAD_USER_INPUT']);
  // What one selects stays what the request is for: A's things are not there while B is selected.
  const [order] = ids.get('Order') ?? [];
  const asked = 'query ($id: ID!) { order(id: $id) { id } }';
  expect(await ask(both, asked, { id: order }, { 'x-tenant-id': b.id })).toEqual({ data: { order: null } });
  expect(await ask(both, asked, { id: order }, { 'x-tenant-id': a.id })).toEqual({ data: { order: { id: order } } });
});

test('an internal context that comes from outside changes nothing', async () => {
  const { a, b, token, ask, shop, called } = trial;
  const query = '{ viewer { merchant { name } } }';
  const viewer = aViewer({ tenantId: a.id, type: 'STAFF', scopes: allScopes });
  const context = shop.house.contextSigner.sign({ viewer, subgraph: 'accounts', body: { query, variables: {} } });

  const ofB = token('STAFF', [b.id]);
  expect(await ask(ofB, query, {}, { 'x-ordergraph-context': context })).toEqual({
    data: { viewer: { merchant: { name: `${b.mark} shop` } } },
  });
  called.length = 0;
  expect(codesOf(await ask(null, query, {}, { 'x-ordergraph-context': context }))).toEqual(['UNAUTHENTICATED']);
  expect(called).toEqual([]);
});
