import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isAlive } from '@ordergraph/embedded-postgres';
import { waitFor } from '@ordergraph/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, newStateDirectory, startHost, type HostProcess } from './host-process.ts';

// One life of an installation, told in order: each test goes on where the one before it ended.

let state: string;
let port: number;
let host: HostProcess;
const started: HostProcess[] = [];

beforeAll(async () => {
  state = newStateDirectory();
  port = await freePort();
});

afterAll(async () => {
  for (const process of started) process.signal('SIGTERM');
  await Promise.all(started.map((process) => process.ended()));
  rmSync(state, { recursive: true, force: true, maxRetries: 5 });
});

function start(more: Record<string, string> = {}): HostProcess {
  const process = startHost({ ORDERGRAPH_STATE_DIR: state, PORT: String(port), ...more });
  started.push(process);
  return process;
}

async function ask<Data>(kind: string, query: string, variables: object = {}): Promise<Data> {
  const users = (await (await fetch(`http://127.0.0.1:${port}/sign-in/tokens.json`)).json()) as {
    kind: string;
    token: string;
  }[];
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${users.find((user) => user.kind === kind)?.token}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** The process id of the embedded server, as long as it runs. */
function postgresPid(): number | null {
  const file = join(state, 'postgres', 'data', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : null;
}

const titles = 'query ($search: String) { products(first: 50, search: $search) { nodes { title } } }';
interface Titles {
  products: { nodes: { title: string }[] };
}

test('starts from nothing and says where to go, who to be and what to ask', async () => {
  host = start();
  await host.says();

  const output = host.output();
  for (const place of [
    '/graphql',
    '/sign-in',
    'Staff, owner of',
    'Staff, viewer of',
    'Customer',
    'Visitor of',
    'Platform operator',
  ]) {
    expect(output).toContain(place);
  }
  const [, token = '', body = ''] = /authorization: Bearer ([^']+)' \\\n {2}-d '([^\n]+)'/.exec(output) ?? [];
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  expect(await answer.json()).toMatchObject({ data: { products: { nodes: [{}, {}, {}] } } });
  expect(statSync(join(state, 'secrets.json')).mode & 0o777).toBe(0o600);
}, 120_000);

test('serves a sign-in page, key set and explorer that need nothing from elsewhere', async () => {
  const page = await (await fetch(`http://127.0.0.1:${port}/sign-in`)).text();
  const discovery = (await (await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`)).json()) as Record<
    string,
    string
  >;
  const keys = (await (await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).json()) as { keys: object[] };
  const explorer = await (await fetch(`http://127.0.0.1:${port}/`)).text();

  expect(page).toContain('Staff, owner of Fjord Outdoor');
  expect(page).not.toMatch(/(src|href)="https?:/);
  expect(discovery).toMatchObject({
    issuer: `http://localhost:${port}`,
    jwks_uri: `http://localhost:${port}/.well-known/jwks.json`,
  });
  expect(keys.keys).toHaveLength(1);
  expect(keys.keys[0]).not.toHaveProperty('d');
  expect(explorer).toContain('Staff, owner of Fjord Outdoor');
});

test('a second start in the same folder is refused with a sentence and disturbs nothing', async () => {
  const second = start({ PORT: String(await freePort()) });

  expect(await second.ended()).toBe(1);
  expect(second.output()).toContain(`is already in use by process ${host.pid}`);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
});

test('a taken port gets a sentence that says what to do', async () => {
  const other = createServer();
  const taken = await freePort();
  await new Promise<void>((resolve) => other.listen(taken, '127.0.0.1', resolve));
  const refused = start({ PORT: String(taken), ORDERGRAPH_STATE_DIR: join(state, 'other') });

  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toBe(
    `Port ${taken} is taken by another program. Stop that program, or choose another port: PORT=${taken + 1} npm start\n`,
  );
  expect(existsSync(join(state, 'other'))).toBe(false);
  await new Promise((resolve) => other.close(resolve));
});

test('Ctrl-C ends it in order and leaves no process and no lock behind', async () => {
  const input = {
    idempotencyKey: 'kept',
    handle: 'kept-over-night',
    title: 'Kept over night',
    variants: [{ sku: 'KEPT', title: 'Kept', basePrices: [{ amount: '1.00', currencyCode: 'EUR' }] }],
    status: 'ACTIVE',
  };
  const created = await ask<{ productCreate: { userErrors: unknown[] } }>(
    'STAFF owner',
    'mutation ($input: ProductCreateInput!) { productCreate(input: $input) { userErrors { message } } }',
    { input },
  );
  expect(created.productCreate.userErrors).toEqual([]);
  const postgres = postgresPid();

  host.signal('SIGINT');

  expect(await host.ended()).toBe(0);
  expect(postgres).not.toBeNull();
  expect(isAlive(postgres ?? 0)).toBe(false);
  expect(postgresPid()).toBeNull();
  expect(existsSync(join(state, 'postgres', 'lock'))).toBe(false);
  expect(host.output()).not.toContain('"cause"');
});

test('the next start finds everything as it was', async () => {
  host = start();
  await host.says();

  const { products } = await ask<Titles>('STAFF owner', titles, { search: 'night' });

  expect(products.nodes).toEqual([{ title: 'Kept over night' }]);
  expect(host.output()).not.toContain('Opening the demo shops');
});

test('a start after a crash takes over what the dead process left', async () => {
  const orphan = postgresPid() ?? 0;
  host.signal('SIGKILL');
  expect(await host.ended()).toBe('SIGKILL');

  host = start();
  await host.says();

  const { products } = await ask<Titles>('STAFF owner', titles, {});
  expect(products.nodes.length).toBe(13);
  expect(isAlive(orphan)).toBe(false);
});

test('SIGTERM ends it too, and asked twice it ends at once without leaving the database running', async () => {
  const postgres = postgresPid() ?? 0;
  host.signal('SIGTERM');
  host.signal('SIGTERM');

  expect([0, 1]).toContain(await host.ended());
  await waitFor(() => !isAlive(postgres), { describe: 'the end of the database' });
});

test('a supergraph file makes it the gateway alone, with no state', async () => {
  const alone = start({
    SUPERGRAPH_FILE: join(import.meta.dirname, '..', '..', 'schema', 'supergraph.graphql'),
    ORDERGRAPH_STATE_DIR: join(state, 'alone'),
  });
  await alone.says('The gateway answers at');

  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  alone.signal('SIGTERM');
  expect(await alone.ended()).toBe(0);
  expect(existsSync(join(state, 'alone'))).toBe(false);
});

test('in production nobody hands out tokens: without an issuer it does not start, and leaves nothing', async () => {
  const production = {
    NODE_ENV: 'production',
    TRUSTED_DOCUMENTS_DIR: join(import.meta.dirname, '..', '..', 'schema', 'operations'),
    ORDERGRAPH_STATE_DIR: join(state, 'production'),
  };
  const refused = start(production);

  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toContain('Set JWKS_URL, TOKEN_ISSUER and TOKEN_AUDIENCE.');
  expect(existsSync(join(state, 'production'))).toBe(false);
});

test('a part that cannot work alone is refused with a sentence', async () => {
  const refused = startHost({ ORDERGRAPH_STATE_DIR: state, PORT: String(port) }, ['orders']);

  expect(await refused.ended()).toBe(1);
  expect(refused.output()).toMatch(/^Subgraphs in separate processes need .* Set DATABASE_URL and NATS_URL/);
});
