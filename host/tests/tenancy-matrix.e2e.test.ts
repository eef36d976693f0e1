import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf, shownIn, tenantTables } from './tenancy/belongings.ts';
import { merchantIdOf } from './tenancy/filled-merchant.ts';
import {
  argumentsFor,
  describePlace,
  documentOf,
  nestedPlaces,
  placesOf,
  rootFields,
  selectionOf,
  type Place,
} from './tenancy/generated-calls.ts';
import { codesOf, goesThrough, tryAll, type Stranger } from './tenancy/matrix.ts';
import { inParallel, startTrial, type Trial } from './tenancy/trial.ts';

// Where an id is taken on trust: it is kept as it came, whether or not it names anything, and opens nothing.
const unchecked = [
  // Orders keep no copy of customers.
  'cartCreate(input.customerId)',
  // Orders keep no copy of locations.
  'returnReceive(input.lines.locationId)',
];

let trial: Trial;
let idsOfA: Map<string, Set<string>>;
let idsOfB: Map<string, Set<string>>;
let keysOfA: Map<string, string[]>;
let staff: Stranger;
let shoppers: Stranger[];

beforeAll(async () => {
  trial = await startTrial();
  const { a, b, token, ask } = trial;
  idsOfA = await trial.idsOf(a);
  idsOfB = await trial.idsOf(b);
  idsOfA.set('Merchant', new Set([merchantIdOf(a)]));
  idsOfB.set('Merchant', new Set([merchantIdOf(b)]));
  keysOfA = await readKeys(a.id);

  const stranger = (name: string, bearer: string): Stranger => ({
    name,
    ask: (query, variables) => ask(bearer, query, variables),
  });
  // Whoever issues tokens may know one person by one id at both merchants.
  staff = stranger('staff of both at B', token('STAFF', [b.id], a.staffId));
  shoppers = [
    stranger('customer of B', token('CUSTOMER', [b.id], b.shoppers[0].id)),
    stranger('customer of both at B', token('CUSTOMER', [b.id], a.shoppers[0].id)),
    stranger('guest of B', token('ANONYMOUS', [b.id])),
  ];
});
afterAll(() => trial.stop());

async function readKeys(tenantId: string): Promise<Map<string, string[]>> {
  const keys = new Map<string, string[]>();
  for (const { schema, name } of await tenantTables(trial.superuser)) {
    if (name !== 'idempotency_key') continue;
    const { rows } = await trial.superuser.query<{ operation: string; key: string }>(
      `select operation, key from "${schema}"."${name}" where tenant_id = $1`,
      [tenantId],
    );
    for (const { operation, key } of rows) keys.set(operation, [...(keys.get(operation) ?? []), key]);
  }
  return keys;
}

const own = (type: string): string => [...(idsOfB.get(type) ?? [])].at(-1) ?? '';

function valuesAt(place: Place): readonly string[] {
  const { mark, shoppers: bought } = trial.a;
  if (place.names !== null) return [...(idsOfA.get(place.names) ?? [])];
  const words: Record<string, readonly string[]> = {
    // B's numbers end before these.
    number: ['1004', '1005'],
    sku: [`${mark}-MUG`, `${mark}-TEA`],
    handle: [`${mark}-mug`, `${mark}-tea`, `${mark}-category`, `${mark}-bike`],
    email: [bought[0].email, `${mark}-staff@example.com`, `${mark}-guest@example.com`],
    group: [`${mark}-vips`],
    tag: [`${mark}-tag`],
    externalReference: [`${mark}-reference`],
    search: [mark, `${mark}-MUG`, bought[0].email, `${mark} clerk`, '1005'],
    idempotencyKey: (keysOfA.get(place.field.name) ?? [`${mark}-key`]).slice(0, 3),
  };
  return words[place.path.at(-1) ?? ''] ?? [];
}

const placesIn = (operation: Place['operation']): Place[] =>
  placesOf(trial.fullSchema).filter((place) => place.operation === operation);
const byId = (place: Place): boolean => place.names !== null;
/** The same places as the storefront has them, where it has them. */
function inStorefront(places: readonly Place[]): Place[] {
  const wanted = new Set(places.map(describePlace));
  return placesOf(trial.storefront).filter((place) => wanted.has(describePlace(place)));
}

test('every query that names something of A answers staff and shoppers of B as if it did not exist', async () => {
  const places = placesIn('query');
  const common = { own, valuesAt, foreign: trial.ofA };

  const ofStaff = await tryAll({ ...common, schema: trial.fullSchema, places, strangers: [staff] });
  const ofShoppers = await tryAll({
    ...common,
    schema: trial.storefront,
    places: inStorefront(places),
    strangers: shoppers,
  });

  expect([...ofStaff.findings, ...ofShoppers.findings]).toEqual([]);
  expect(ofStaff.calls + ofShoppers.calls).toBeGreaterThan(400);
});

test('the same queries answer the staff of A with what they name', async () => {
  const bearer = trial.token('STAFF', [trial.a.id]);
  const blind: string[] = [];
  await inParallel(placesIn('query'), 6, async (place) => {
    const answers: string[] = [];
    for (const value of ['none', ...valuesAt(place)]) {
      const given = argumentsFor(trial.fullSchema, place.field, place, value, own);
      answers.push(
        JSON.stringify(
          await trial.ask(bearer, documentOf('query', place.field, given, selectionOf(place.field.type, 1)), given),
        ),
      );
    }
    if (answers.slice(1).every((answer) => answer === answers[0])) blind.push(describePlace(place));
  });
  expect(blind).toEqual([]);
});

test('below the root only refund quotes take ids, and a quote of B knows no line of A', async () => {
  expect(nestedPlaces(trial.fullSchema)).toEqual(['Order.refundQuote']);
  for (const orderLineId of idsOfA.get('OrderLine') ?? []) {
    const answer = await staff.ask(
      'query ($id: ID!, $input: RefundQuoteInput!) { order(id: $id) { refundQuote(input: $input) { hash lines { orderLine { id sku } } } } }',
      { id: own('Order'), input: { lines: [{ orderLineId, quantity: 1 }] } },
    );
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(shownIn(answer, trial.ofA, orderLineId)).toEqual([]);
  }
});

test('nothing of A is in any list of B', async () => {
  const shown: string[] = [];
  for (const [schema, strangers] of [
    [trial.fullSchema, [staff]],
    [trial.storefront, shoppers],
  ] as const) {
    for (const { operation, field } of rootFields(schema)) {
      if (operation === 'mutation' || field.args.some(({ name }) => name === 'id' || name === 'input')) continue;
      const given = argumentsFor(schema, field, null, '', own);
      if ('first' in given) given['first'] = 50;
      for (const { name, ask } of strangers) {
        const answer = await ask(documentOf(operation, field, given, selectionOf(field.type, 2)), given);
        shown.push(
          ...shownIn(answer, trial.ofA, trial.a.shoppers[0].id).map((what) => `${name}: ${field.name}: ${what}`),
        );
      }
    }
  }
  expect(shown).toEqual([]);
});

test('a cursor of A is refused in every list of B, whatever the list', async () => {
  const ofStaffA = trial.token('STAFF', [trial.a.id], trial.a.staffId);
  const operatorsOnly = ['merchants'];
  const lists = rootFields(trial.fullSchema).filter(
    ({ field }) => field.args.some(({ name }) => name === 'after') && !operatorsOnly.includes(field.name),
  );
  expect(lists.length).toBeGreaterThan(9);
  for (const { field } of lists) {
    const page = `{ pageInfo { endCursor } nodes { __typename } }`;
    const first = await trial.ask(ofStaffA, `{ ${field.name}(first: 1) ${page} }`);
    const cursor = /"endCursor":"([^"]+)"/.exec(JSON.stringify(first))?.[1];
    const next = `query ($after: String) { ${field.name}(first: 1, after: $after) ${page} }`;
    expect(codesOf(await trial.ask(ofStaffA, next, { after: cursor }))).toEqual([]);
    expect([field.name, ...codesOf(await staff.ask(next, { after: cursor }))]).toEqual([field.name, 'BAD_USER_INPUT']);
  }
});

test('every mutation that names something of A refuses staff and shoppers of B as if it did not exist, and changes nothing of A', async () => {
  const before = await rowsOf(trial.superuser, trial.a.id);
  const places = placesIn('mutation').filter(byId);
  const common = { own, valuesAt, foreign: trial.ofA, unchecked };

  const ofStaff = await tryAll({ ...common, schema: trial.fullSchema, places, strangers: [staff] });
  const ofShoppers = await tryAll({
    ...common,
    schema: trial.storefront,
    places: inStorefront(places),
    strangers: shoppers,
  });
  await trial.shop.house.quiet();

  expect([...ofStaff.findings, ...ofShoppers.findings]).toEqual([]);
  expect(ofStaff.calls + ofShoppers.calls).toBeGreaterThan(500);
  expect(await rowsOf(trial.superuser, trial.a.id)).toEqual(before);
});

test('what A calls its things is free for B, and what A used as idempotency keys means nothing to B', async () => {
  const before = await rowsOf(trial.superuser, trial.a.id);
  const takenByB = new Set<string>();
  const findings: string[] = [];
  for (const [schema, strangers] of [
    [trial.fullSchema, [staff]],
    [trial.storefront, shoppers],
  ] as const) {
    const places = placesOf(schema).filter((place) => place.operation === 'mutation' && !byId(place));
    const take = async (place: Place, value: string, stranger: Stranger): Promise<void> => {
      const given = argumentsFor(schema, place.field, place, value, own);
      const answer = await stranger.ask(
        documentOf('mutation', place.field, given, selectionOf(place.field.type, 2)),
        given,
      );
      const isRefused = codesOf(answer).some((code) => /TAKEN|REUSED|INTERNAL/.test(code));
      // A's words are B's own words by now, but never A's ids; who works for both is told what they did themselves.
      const shown = shownIn(answer, { ...trial.ofA, mark: '\u0000' }, value, trial.a.shoppers[0].id, trial.a.staffId);
      if ((isRefused && !takenByB.has(value)) || shown.length > 0) {
        findings.push(
          `${stranger.name}: ${describePlace(place)} ${value}: ${shown.join()} ${JSON.stringify(answer).slice(0, 300)}`,
        );
      }
      if (goesThrough(answer)) takenByB.add(value);
    };
    const [keys, words] = [true, false].map((isKey) =>
      places.filter(({ path }) => (path.at(-1) === 'idempotencyKey') === isKey),
    );
    await inParallel(keys ?? [], 6, async (place) => {
      await Promise.all(strangers.flatMap((stranger) => valuesAt(place).map((value) => take(place, value, stranger))));
    });
    // One after the other, because B itself takes what it names.
    for (const place of words ?? []) {
      for (const stranger of strangers) for (const value of valuesAt(place)) await take(place, value, stranger);
    }
  }
  await trial.shop.house.quiet();

  expect(findings).toEqual([]);
  expect(takenByB.size).toBeGreaterThan(14);
  expect(await rowsOf(trial.superuser, trial.a.id)).toEqual(before);
});
