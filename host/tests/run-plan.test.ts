import { generateSigningKey } from '@ordergraph/identity';
import { subgraphNames } from '@ordergraph/schema';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../src/environment.ts';
import { findKeys } from '../src/keys.ts';
import { planRun } from '../src/run-plan.ts';

const planFor = (variables: Record<string, string>, part?: string) => planRun(readEnvironment(part, variables));
const database = { DATABASE_URL: 'postgres://localhost/ordergraph' };
const broker = { NATS_URL: 'nats://localhost:4222' };
const everywhere = Object.fromEntries(
  subgraphNames.map((name) => [`SUBGRAPH_URL_${name.toUpperCase()}`, 'http://there/graphql']),
);

describe('what runs', () => {
  test('everything, when nothing is said', () => {
    expect(planFor({})).toEqual({ kind: 'house', here: subgraphNames });
  });

  test('everything, on a database and a broker of one’s own, each by itself', () => {
    expect(planFor(database)).toEqual({ kind: 'house', here: subgraphNames });
    expect(planFor(broker)).toEqual({ kind: 'house', here: subgraphNames });
  });

  test('one subgraph, named by variable or argument', () => {
    expect(planFor({ PART: 'orders', ...database, ...broker })).toEqual({ kind: 'subgraph', name: 'orders' });
    expect(planFor({ ...database, ...broker }, 'orders')).toEqual({ kind: 'subgraph', name: 'orders' });
  });

  test('the simulated carrier', () => {
    const webhook = { CARRIER_WEBHOOK_URL: 'http://logistics:4000/carriers/simulator/webhook' };

    expect(planFor({ PART: 'carrier', ...webhook })).toEqual({ kind: 'carrier' });
  });

  test('the gateway, when all subgraphs are elsewhere', () => {
    expect(planFor({ PART: 'gateway', ...everywhere })).toEqual({ kind: 'house', here: [] });
  });

  test('what is not elsewhere runs here', () => {
    const { SUBGRAPH_URL_ORDERS: url = '' } = everywhere;

    expect(planFor({ SUBGRAPH_URL_ORDERS: url, ...database, ...broker })).toEqual({
      kind: 'house',
      here: subgraphNames.filter((name) => name !== 'orders'),
    });
  });

  test('the gateway over a supergraph file', () => {
    expect(planFor({ SUPERGRAPH_FILE: 'supergraph.graphql' })).toEqual({ kind: 'gateway alone' });
  });
});

describe('what is refused', () => {
  test.each<[string, Record<string, string>, string]>([
    ['an unknown part', { PART: 'wishlists' }, 'There is no part wishlists.'],
    ['a carrier that does not know whom to tell', { PART: 'carrier' }, 'Set CARRIER_WEBHOOK_URL'],
    ['a subgraph alone without a database and a broker', { PART: 'orders' }, 'Set DATABASE_URL and NATS_URL'],
    ['a subgraph alone without a broker', { PART: 'orders', ...database }, 'Set NATS_URL'],
    ['a subgraph alone without a database', { PART: 'orders', ...broker }, 'Set DATABASE_URL'],
    ['one subgraph elsewhere without a broker', { SUBGRAPH_URL_ORDERS: 'http://there/', ...database }, 'Set NATS_URL'],
    ['the gateway without addresses', { PART: 'gateway' }, 'Set SUBGRAPH_URL_ACCOUNTS, SUBGRAPH_URL_CUSTOMERS'],
    ['a part and a supergraph file', { PART: 'orders', SUPERGRAPH_FILE: 'a.graphql' }, 'Unset one of the two'],
  ])('%s', (_case, variables, sentence) => {
    expect(() => planFor(variables)).toThrow(sentence);
  });

  test('a part in production without the secrets that it shares with the others', () => {
    const environment = readEnvironment('payments', { NODE_ENV: 'production', ...database, ...broker });

    expect(() => findKeys(environment, planRun(environment))).toThrow(
      'Set CONTEXT_VERIFYING_KEYS, SEALING_MASTER_KEY, CURSOR_SECRET, PAYMENT_WEBHOOK_SECRETS',
    );
  });

  test('the gateway in production without its key, and then no token of its own counts', () => {
    const variables = { NODE_ENV: 'production', PART: 'gateway', ...everywhere };
    const without = readEnvironment(undefined, variables);
    const given = readEnvironment(undefined, {
      ...variables,
      CONTEXT_SIGNING_KEY: JSON.stringify(generateSigningKey()),
    });

    expect(() => findKeys(without, planRun(without))).toThrow('Set CONTEXT_SIGNING_KEY');
    expect(findKeys(given, planRun(given))).toMatchObject({ tokenSigningKey: null, tokenVerifyingKeys: null });
  });
});
