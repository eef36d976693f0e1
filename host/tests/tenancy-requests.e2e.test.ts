import { allScopes } from '@ordergraph/accounts-subgraph';
import { createContextSigner, generateSigningKey, type ActorType, type Viewer } from '@ordergraph/identity';
import { subgraphNames, type SubgraphName } from '@ordergraph/schema';
import { encodeId } from '@ordergraph/subgraph-server';
import { newId } from '@ordergraph/tenancy';
import { aViewer } from '@ordergraph/testing';
import { isObjectType, isUnionType, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { opaqueIdsIn, rowsOf, shownIn, uuidsIn, withoutPassed } from './tenancy/belongings.ts';
import { merchantIdOf } from './tenancy/filled-merchant.ts';
import { placesOf, selectionOf } from './tenancy/generated-calls.ts';
import { tryAll } from './tenancy/matrix.ts';
import { startTrial, type Trial } from './tenancy/trial.ts';

let trial: Trial;
let idsOfA: Map<string, Set<string>>;
let idsOfB: Map<string, Set<string>>;

// Signers and verifiers take the clock along when they are made.
let skippedMs = 0;
const now = Date.now;

beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => now() + skippedMs);
  trial = await startTrial();
  idsOfA = (await trial.idsOf(trial.a)).set('Merchant', new Set([merchantIdOf(trial.a)]));
  idsOfB = (await trial.idsOf(trial.b)).set('Merchant', new Set([merchantIdOf(trial.b)]));
});
afterAll(() => trial.stop());

const viewerOf = (tenantId: string | null, type: ActorType, id: string = newId()): Viewer =>
  aViewer({ tenantId, type, id, scopes: type === 'STAFF' || type === 'APP' ? allScopes : [] });

interface Sent {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly context?: string | undefined;
}

const send = (name: SubgraphName, { query, variables, context }: Sent): Promise<ExecutionResult> =>
  trial.shop.house.subgraph(name).execute({ query, variables, context: context ?? '' });

/** A request that would be answered, had it come from the gateway as it is. */
function genuine(name: SubgraphName): Sent & { readonly context: string } {
  const query = '{ __typename _service { sdl } }';
  const variables = {};
  const viewer = viewerOf(trial.a.id, 'STAFF');
  return {
    query,
    variables,
    context: trial.shop.house.contextSigner.sign({ viewer, subgraph: name, body: { query, variables } }),
  };
}

test.for(subgraphNames)('%s answers what the gateway signed for it, and nothing else', async (name) => {
  const { house } = trial.shop;
  const request = genuine(name);
  const other = subgraphNames.find((candidate) => candidate !== name) ?? 'orders';
  const [header = '', payload = '', signature = ''] = request.context.split('.');
  const claims = Buffer.from(payload, 'base64url').toString();
  const ofOtherTenant = Buffer.from(claims.replaceAll(trial.a.id, trial.b.id)).toString('base64url');
  const unsignedHeader = Buffer.from(JSON.stringify({ alg: 'none', typ: 'ordergraph-context+jwt' })).toString(
    'base64url',
  );
  const entities = {
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }`,
    variables: { r: [] },
  };
  const stranger = createContextSigner(generateSigningKey());

  expect((await send(name, request)).errors).toBeUndefined();

  const forged: Record<string, Sent> = {
    unsigned: { ...entities },
    'signed for another subgraph': { ...genuine(other), query: request.query },
    'signed with another operation': { ...request, query: '{ __typename }' },
    'signed with other variables': { ...request, variables: { id: 'another' } },
    'signed with another representation': {
      ...entities,
      variables: { r: [{ __typename: 'Order', id: '1' }] },
      context: house.contextSigner.sign({ viewer: viewerOf(trial.b.id, 'STAFF'), subgraph: name, body: entities }),
    },
    'signed by somebody else': {
      ...request,
      context: stranger.sign({ viewer: viewerOf(trial.a.id, 'STAFF'), subgraph: name, body: request }),
    },
    'with the tenant exchanged': { ...request, context: [header, ofOtherTenant, signature].join('.') },
    'with the signature taken off': { ...request, context: [unsignedHeader, payload, ''].join('.') },
    'with a broken signature': { ...request, context: [header, payload, `${signature.slice(0, -4)}AAAA`].join('.') },
    'with a token in place of a context': { ...request, context: trial.token('STAFF', [trial.a.id]) },
  };
  for (const [how, sent] of Object.entries(forged)) {
    const { data, errors } = await send(name, sent);
    expect([how, data, errors?.map(({ extensions }) => extensions['code'])]).toEqual([
      how,
      undefined,
      ['UNAUTHENTICATED'],
    ]);
  }

  skippedMs = 36_000;
  const stale = await send(name, request);
  skippedMs = 0;
  expect(stale.errors?.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
});

test.for(subgraphNames)('%s knows none of A’s things when B names them, asked by hand', async (name) => {
  const { house } = trial.shop;
  const before = await rowsOf(trial.superuser, trial.a.id);
  const { schema } = house.subgraph(name);
  const viewer = viewerOf(trial.b.id, 'STAFF', trial.a.staffId);

  const { findings, calls } = await tryAll({
    schema,
    places: placesOf(schema).filter(({ names }) => names !== null),
    strangers: [
      {
        name: 'staff of both at B',
        ask: async (query, variables) =>
          JSON.parse(JSON.stringify(await house.execute(name, viewer, query, variables))),
      },
    ],
    valuesAt: ({ names }) => [...(idsOfA.get(names ?? '') ?? [])].slice(0, 3),
    own: (type) => [...(idsOfB.get(type) ?? [])].at(-1) ?? '',
    foreign: trial.ofA,
    unchecked: ['cartCreate(input.customerId)', 'returnReceive(input.lines.locationId)'],
  });

  expect(findings).toEqual([]);
  expect(calls).toBeGreaterThan(10);
  await house.quiet();
  expect(await rowsOf(trial.superuser, trial.a.id)).toEqual(before);
});

interface PresentedEntity {
  readonly type: string;
  /** Of what type its ids are: of its own, except for whoever did something. */
  readonly idType: string;
  readonly fields: readonly string[];
  readonly keys: readonly ('id' | 'sku' | 'number')[];
  /** What is part of its key besides. */
  readonly also: Readonly<Record<string, string>>;
}

/** Who did something, as a subgraph would know them. */
const actorIn = (name: SubgraphName): Pick<PresentedEntity, 'idType' | 'also'> =>
  name === 'customers'
    ? { idType: 'Customer', also: { type: 'CUSTOMER' } }
    : { idType: 'StaffMember', also: { type: 'STAFF' } };

/** The entities of a subgraph: their types, and the fields that identify them. */
function entitiesOf(name: SubgraphName): PresentedEntity[] {
  const { schema } = trial.shop.house.subgraph(name);
  const union = schema.getType('_Entity');
  if (!isUnionType(union)) return [];
  return union.getTypes().map((type) => {
    const second =
      type.name === 'ProductVariant' && name === 'catalog'
        ? ['sku' as const]
        : type.name === 'Order' && name === 'orders'
          ? ['number' as const]
          : [];
    const fields = Object.values(type.getFields())
      .filter(
        (field) =>
          !field.args.some((argument) => String(argument.type).endsWith('!') && argument.defaultValue === undefined),
      )
      .map((field) => `${field.name} ${selectionOf(field.type, 1)}`);
    const { idType, also } = type.name === 'ActorRef' ? actorIn(name) : { idType: type.name, also: {} };
    return { type: type.name, idType, fields, keys: ['id' as const, ...second], also };
  });
}

const keyValues = ({ idType }: PresentedEntity, key: 'id' | 'sku' | 'number'): readonly string[] =>
  key === 'id'
    ? [...(idsOfA.get(idType) ?? [])].slice(0, 3)
    : key === 'sku'
      ? [`${trial.a.mark}-MUG`, `${trial.a.mark}-TEA`]
      : ['1004', '1005'];

test.for(subgraphNames)('no entity of A comes out of %s, whoever of B presents its key', async (name) => {
  const { a, b, shop } = trial;
  const strangers = {
    staff: viewerOf(b.id, 'STAFF', a.staffId),
    partner: viewerOf(b.id, 'APP'),
    customer: viewerOf(b.id, 'CUSTOMER', a.shoppers[0].id),
    guest: viewerOf(b.id, 'ANONYMOUS'),
    operator: viewerOf(null, 'PLATFORM_OPERATOR'),
    'somebody without a merchant': viewerOf(null, 'STAFF', a.staffId),
  };
  const entities = entitiesOf(name);
  expect(entities.length).toBeGreaterThan(0);
  const findings: string[] = [];
  const presented = entities.flatMap((entity) => entity.keys.map((key) => ({ entity, key })));
  const trials = presented.flatMap(({ entity, key }) =>
    Object.entries(strangers).flatMap(([who, viewer]) => {
      // Field by field for shoppers, because one that is refused would hide what the others tell.
      const isShopper = viewer.actor.type === 'CUSTOMER' || viewer.actor.type === 'ANONYMOUS';
      const { fields } = entity;
      const asked = isShopper ? ['__typename', ...fields] : [['__typename', ...fields].join(' ')];
      return asked.map((field) => ({ entity, key, who, viewer, field }));
    }),
  );
  for (const { entity, key, who, viewer, field } of trials) {
    const { type, idType, also } = entity;
    // Operators see merchants; that is their work.
    if (who === 'operator' && type === 'Merchant') continue;
    const values = keyValues(entity, key);
    const absent = values.map(() => (key === 'id' ? encodeId(idType, newId()) : newId()));
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${field} } } }`;
    const present = (list: readonly string[]) => ({
      r: list.map((value) => ({ __typename: type, ...also, [key]: value })),
    });
    const told = await shop.house.execute(name, viewer, query, present(values));
    const wanted = await shop.house.execute(name, viewer, query, present(absent));

    const found = (what: string): void => void findings.push(`${who}: ${type}(${key}) ${field}: ${what}`);
    const shown = shownIn(told, trial.ofA, ...values);
    if (values.length === 0) found('A has none');
    if (shown.length > 0) found(`shows ${shown.join()}`);
    // To themselves a customer is somebody everywhere, and has nothing where they are not known.
    const isThemselves = who === 'customer' && idType === 'Customer';
    if (!isThemselves && withoutPassed(told, ...values) !== withoutPassed(wanted, ...absent)) {
      found(`${JSON.stringify(told)}, absent ${JSON.stringify(wanted)}`);
    }
  }
  expect(findings.map((finding) => finding.slice(0, 250))).toEqual([]);
});

test.for(subgraphNames)('the staff of A find their entities in %s, so that the keys are real', async (name) => {
  const { schema } = trial.shop.house.subgraph(name);
  for (const entity of entitiesOf(name)) {
    const { type, idType, also } = entity;
    if (!isObjectType(schema.getType(type))) continue;
    for (const key of entity.keys) {
      const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id } } }`;
      const found = await trial.shop.house.execute(name, viewerOf(trial.a.id, 'STAFF'), query, {
        r: keyValues(entity, key).map((value) => ({ __typename: type, ...also, [key]: value })),
      });
      expect([type, key, [...(opaqueIdsIn(JSON.stringify(found)).get(idType) ?? [])].length]).not.toEqual([
        type,
        key,
        0,
      ]);
      expect(uuidsIn(JSON.stringify(found)).some((id) => trial.ofA.ids.has(id))).toBe(true);
    }
  }
});

test.for(subgraphNames)('%s refuses text that PostgreSQL cannot keep, wherever it stands', async (name) => {
  const viewer = viewerOf(trial.a.id, 'STAFF');
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
  const written = '{ _entities(representations: [{ __typename: "Order", id: "a\\u0000b" }]) { __typename } }';
  for (const answer of [
    await trial.shop.house.execute(name, viewer, query, {
      r: [{ __typename: 'Order', id: ['deep', { in: 'a\u0000b' }] }],
    }),
    await trial.shop.house.execute(name, viewer, query, { r: [{ __typename: 'Order', id: { 'a\uD800b': 1 } }] }),
    await trial.shop.house.execute(name, viewer, written),
  ]) {
    expect(answer.errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  }
});
