import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLiveGateway, following, type LiveGateway } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

let live: LiveGateway;
beforeAll(async () => {
  live = await aLiveGateway('in process', { liveLimits: { socketsPerPrincipal: 1_000 } });
});
afterAll(() => live[Symbol.asyncDispose]());

/** The codes with which a subscription is refused. */
async function refusalOf(
  query: string,
  payload: Record<string, unknown> = {},
  gateway: LiveGateway = live,
): Promise<unknown> {
  using socket = await rawSocket(gateway.socketUrl, { token: gateway.tokenOf() });
  socket.send({ id: '1', type: 'subscribe', payload: { query, ...payload } });
  const { type, payload: errors } = await socket.next();
  if (type !== 'error' || !Array.isArray(errors)) return type;
  return errors.map((error: { extensions?: { code?: string } }) => error.extensions?.code).join(' ');
}

describe('a document is refused', () => {
  it.each<[string, string, string, Record<string, unknown>?]>([
    ['that does not parse', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['with an unknown field', 'subscription { counted(to: 1) { x } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['with two root fields', 'subscription { a: counted(to: 1) b: counted(to: 2) }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with introspection at the root',
      'subscription { __schema { types { name } } }',
      'GRAPHQL_VALIDATION_FAILED GRAPHQL_VALIDATION_FAILED',
    ],
    ['with __typename only', 'subscription { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
    ['with @include on the root field', 'subscription { counted(to: 1) @include(if: true) }', 'BAD_USER_INPUT'],
    ['with @skip around the root field', 'subscription { ... @skip(if: false) { counted(to: 1) } }', 'BAD_USER_INPUT'],
    [
      'with @skip on a fragment of the root field',
      'subscription { ...F @skip(if: false) } fragment F on Subscription { counted(to: 1) }',
      'BAD_USER_INPUT',
    ],
    [
      'with a variable in @include on the root field',
      'subscription($x: Boolean!) { counted(to: 1) @include(if: $x) }',
      'BAD_USER_INPUT',
      { x: true },
    ],
    [
      'with a variable in @skip that has a default',
      'subscription($x: Boolean! = false) { counted(to: 1) @skip(if: $x) }',
      'BAD_USER_INPUT',
    ],
    [
      'with a variable in @include around the root field',
      'subscription($x: Boolean!) { ... @include(if: $x) { counted(to: 1) } }',
      'BAD_USER_INPUT',
      { x: true },
    ],
    [
      'with a variable in @include on the root field of a fragment',
      'subscription($x: Boolean!) { ...F } fragment F on Subscription { counted(to: 1) @include(if: $x) }',
      'BAD_USER_INPUT',
      { x: true },
    ],
    ['with a condition that says nothing', 'subscription { counted(to: 1) @include }', 'BAD_USER_INPUT'],
    ['without a needed variable', 'subscription($to: Int!) { counted(to: $to) }', 'BAD_USER_INPUT'],
    [
      'that is too deep',
      `subscription { shipmentUpdated(shipmentId: "1") { shipment { ${'sibling { '.repeat(12)} id ${'} '.repeat(12)} } } }`,
      'DEPTH_LIMIT_EXCEEDED',
    ],
    [
      'with too many aliases',
      `subscription { shipmentUpdated(shipmentId: "1") { ${Array.from({ length: 31 }, (_, at) => `a${at}: cursor`).join(' ')} } }`,
      'ALIAS_LIMIT_EXCEEDED',
    ],
    ['with too many tokens', `subscription { ${'counted '.repeat(5_001)} }`, 'TOKEN_LIMIT_EXCEEDED'],
    [
      'of which no operation is named',
      'subscription A { counted(to: 1) } subscription B { counted(to: 1) }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('%s', async (_what, query, code, variables = {}) => {
    expect(await refusalOf(query, { variables })).toBe(code);
  });

  it('in the same words as an event stream and beside a query, where a condition takes the field to follow', async () => {
    const subscription = 'subscription S($x: Boolean!) { counted(to: 1) @include(if: $x) }';
    const refusal = {
      errors: [
        { message: expect.stringContaining('Put the condition on fields inside'), extensions: expect.anything() },
      ],
    };
    const stream = await fetch(`${live.url}/graphql/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${live.tokenOf()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: subscription, variables: { x: true } }),
    });
    expect([stream.status, await stream.json()]).toEqual([400, refusal]);

    const { result } = await live.gateway.execute({
      query: `query Q { currency } ${subscription}`,
      operationName: 'Q',
      variables: {},
      headers: { authorization: `Bearer ${live.tokenOf()}` },
    });
    expect(result).toEqual(refusal);
  });

  it('never for a condition inside', async () => {
    const query =
      'subscription($x: Boolean!) { shipmentUpdated(shipmentId: "1") { cursor @include(if: $x) isSnapshot } }';
    expect(await refusalOf(query, { variables: { x: true } })).toBe('next');
  });

  it('that costs too much', async () => {
    await using narrow = await aLiveGateway('in process', { rates: { operation: 5 } });
    const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { order { lines { sku } } } } }';
    expect(await refusalOf(query, {}, narrow)).toBe('COST_LIMIT_EXCEEDED');
  });

  it('with variables of the wrong kind, or too many', async () => {
    const query = 'subscription($to: Int!) { counted(to: $to) }';
    expect(await refusalOf(query, { variables: { to: 'many' } })).toBe('BAD_USER_INPUT');
    expect(await refusalOf(query, { variables: { to: Array.from({ length: 300 }, () => 1) } })).toBe(
      'LIST_LIMIT_EXCEEDED',
    );
  });

  it('without a hint at what there is, in production', async () => {
    await using narrow = await aLiveGateway('in process', { production: true });
    using socket = await rawSocket(narrow.socketUrl, { token: narrow.tokenOf() });
    socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { shipmentUpdate { cursor } }' } });
    expect(JSON.stringify(await socket.next())).not.toMatch(/did you mean|shipmentUpdated/i);
  });

  it('that nobody registered, where only registered ones run', async () => {
    const registered = 'subscription Known { counted(to: 2) }';
    await using narrow = await aLiveGateway('in process', { trustedDocuments: { texts: [registered], mode: 'only' } });
    expect(await refusalOf('subscription { counted(to: 2) }', {}, narrow)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await refusalOf('subscription Known {\n  counted(to: 2)\n}', {}, narrow)).toBe('next');
  });
});

it('a subscription by plain HTTP is told where to go', async () => {
  const { errors } = await live.query('subscription { counted(to: 1) }');
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
});

describe('a caller without points left', () => {
  it('cannot subscribe', async () => {
    await using narrow = await aLiveGateway('in process', {
      rates: { caller: { capacity: 3, refillPerSecond: 0.001 } },
    });
    const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { id } } }';
    expect(await refusalOf(query, {}, narrow)).toBe('next');
    expect(await refusalOf(query, {}, narrow)).toBe('THROTTLED');
  });

  it('is not sent further events, and told when to come back', async () => {
    await using narrow = await aLiveGateway('in process', {
      rates: { caller: { capacity: 5, refillPerSecond: 0.001 } },
    });
    const query = 'subscription { shipmentUpdated(shipmentId: "1") { shipment { id } } }';
    const shipment = following(narrow.client(), query);
    await shipment.next();
    narrow.world.move('0193a1b2-0000-7000-8000-000000000001', '1');
    await shipment.next();
    narrow.world.move('0193a1b2-0000-7000-8000-000000000001', '1');
    await expect(shipment.next()).rejects.toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
    expect(narrow.gateway.metrics().ends.get('limit')).toBe(1);
  });
});
