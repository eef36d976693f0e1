import { afterAll, beforeAll, expect, test } from 'vitest';
import { opaqueIdsIn, rowsOf, shownIn, uuidsIn, type Belongings } from './tenancy/belongings.ts';
import { describePlace, placesOf, rootFields } from './tenancy/generated-calls.ts';
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

const stranger = (name: string, bearer: string): Stranger => ({ name, ask: (query, variables) => trial.ask(bearer, query, variables) });
const uuidOf = (opaque: string): string => uuidsIn(opaque)[0] ?? '';

/** What only rows about somebody name: rows that mention one of the ids which say who it is. */
async function belongingsOf(whoseIds: readonly string[], mark: string): Promise<{ belongings: Belongings; rows: string[] }> {
  const all = [...(await rowsOf(trial.superuser, trial.a.id)).values()].flat();
  const isTheirs = (row: string): boolean => whoseIds.some((id) => row.includes(id));
  const others = new Set(all.filter((row) => !isTheirs(row)).flatMap(uuidsIn));
  const rows = all.filter(isTheirs);
  return { belongings: { ids: new Set(rows.flatMap(uuidsIn).filter((id) => !others.has(id))), mark }, rows };
}

const idsWithin = ({ ids: theirs }: Belongings, type: string): string[] => [...(ids.get(type) ?? [])].filter((id) => theirs.has(uuidOf(id)));

/** What shoppers have of their own; the rest of the storefront is everybody's. */
const personal = ['Customer', 'Cart', 'Order', 'OrderLine', 'Return', 'Payment', 'Refund'];

test('a shopper finds and moves nothing of another shopper of the same merchant', async () => {
  const { a, storefront, token } = trial;
  const [first, second] = a.shoppers;
  const own = await belongingsOf([first.id, ...first.orders.map(({ id }) => uuidOf(id)), uuidOf(first.cartId)], '\u0000');
  const foreign = await belongingsOf([second.id, ...second.orders.map(({ id }) => uuidOf(id)), uuidOf(second.cartId)], `${a.mark}-second`);
  const places = placesOf(storefront).filter(({ names, path }) => (names === null ? path.at(-1) === 'number' : personal.includes(names)));
  expect(places.map(describePlace)).toContain('order(number)');

  const { findings, calls } = await tryAll({
    schema: storefront,
    places,
    strangers: [stranger('another customer', token('CUSTOMER', [a.id], first.id)), stranger('a guest', token('ANONYMOUS', [a.id]))],
    // No refund has been made of what the second shopper bought.
    valuesAt: ({ names }) => (names === null ? second.orders.map(({ number }) => number) : names === 'Refund' ? idsWithin(own.belongings, names).slice(0, 0).concat('none') : idsWithin(foreign.belongings, names)),
    own: (type) => (personal.includes(type) ? idsWithin(own.belongings, type) : [...(ids.get(type) ?? [])])[0] ?? '',
    foreign: foreign.belongings,
  });
  await trial.shop.house.quiet();

  expect(findings).toEqual([]);
  expect(calls).toBeGreaterThan(60);
  const after = await belongingsOf([second.id, ...second.orders.map(({ id }) => uuidOf(id)), uuidOf(second.cartId)], '');
  expect(after.rows).toEqual(foreign.rows);
});

test('a refund opens for whom it is for, and for no other shopper', async () => {
  const { a, token, ask } = trial;
  const [refund] = ids.get('Refund') ?? [];
  const seenBy = async (id?: string) => (await ask(token(id ? 'CUSTOMER' : 'ANONYMOUS', [a.id], id), 'query ($id: ID!) { refund(id: $id) { id } }', { id: refund })).data;

  expect(await seenBy(a.shoppers[0].id)).toEqual({ refund: { id: refund } });
  expect(await seenBy(a.shoppers[1].id)).toEqual({ refund: null });
  expect(await seenBy()).toEqual({ refund: null });
});

test('a guest’s cart opens by its id and leads to the order, which its number and its own id do not', async () => {
  const { a, token, ask } = trial;
  const guest = token('ANONYMOUS', [a.id]);
  const { rows } = await trial.superuser.query<{ id: string }>('select id from "orders"."cart" where tenant_id = $1 and order_id = $2', [a.id, uuidOf(a.guestOrder.id)]);
  const cartId = Buffer.from(`Cart:${rows[0]?.id}`).toString('base64url');

  for (const bearer of [guest, token('CUSTOMER', [a.id], a.shoppers[0].id)]) {
    expect(await ask(bearer, 'query ($id: ID!) { order(id: $id) { id } }', { id: a.guestOrder.id })).toEqual({ data: { order: null } });
    expect(await ask(bearer, 'query ($n: String!) { order(number: $n) { id } }', { n: a.guestOrder.number })).toEqual({ data: { order: null } });
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
      const declared = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
      const given = await argumentsOf(field);
      const passed = field.args.filter(({ name }) => name in given).map(({ name }) => `${name}: $${name}`).join(', ');
      const head = declared ? `${operation} (${declared})` : operation;
      const leaf = /^\w+$/.test(String(field.type)) && ['String', 'ID', 'Int', 'Boolean'].includes(String(field.type)) ? '' : '{ __typename }';
      const answer = await ask(bearer, `${head} { ${field.name}${passed ? `(${passed})` : ''} ${leaf} }`, given);
      if (codesOf(answer).join() !== 'FORBIDDEN') answers.push(`${field.name}: ${JSON.stringify(answer)}`);
    }
  }
  expect(answers).toEqual([]);
});
