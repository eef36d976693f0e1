import { join } from 'node:path';
import type { Viewer } from '@ordergraph/identity';
import { createLiveBus, createMemoryEngine, liveTopic, type LiveBus } from '@ordergraph/live';
import { newId } from '@ordergraph/tenancy';
import { aViewer, startTestHouse, waitFor, type TestHouse } from '@ordergraph/testing';
import { createClient, type Client } from 'graphql-ws';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  defineSubgraph,
  serveSubgraph,
  type LiveUpdate,
  type RequestContext,
  type ServedSubgraph,
} from '../src/index.ts';

let version = 0;
let isBroken = false;
const contexts = new Set<RequestContext>();

/** A stand-in for notifications, whose inbox counts. */
const counting = defineSubgraph({
  name: 'notifications',
  entities: [],
  // The tables of messages are those of the real one.
  migrations: join(import.meta.dirname, '..', '..', '..', 'subgraphs', 'notifications', 'src', 'migrations'),
  handlers: {},
  resolvers: {
    Subscription: {
      notificationReceived: {
        subscribe: (_parent: unknown, { after }: { after?: string | null }, context: RequestContext) =>
          context.live.everyChange<number>({
            subject: ['inbox', context.viewer.actor.id ?? 'nobody'],
            after,
            snapshot: async () => ({ version, item: version }),
            async since(_context, from, limit) {
              if (isBroken) throw new Error('connection to 10.0.0.7 refused');
              const behind = Array.from({ length: version - from }, (_, at) => from + at + 1);
              return behind.slice(0, limit).map((one) => ({ version: one, item: one }));
            },
          }),
        resolve: (update: LiveUpdate<number>) => update,
      },
    },
    NotificationUpdate: {
      notifications: () => [],
      unreadCount({ item }: LiveUpdate<number>, _args: unknown, context: RequestContext) {
        contexts.add(context);
        return item;
      },
    },
  },
});

let house: TestHouse;
let served: ServedSubgraph;
let liveBus: LiveBus;
beforeAll(async () => {
  liveBus = createLiveBus(createMemoryEngine(), () => undefined);
  house = await startTestHouse({ subgraphs: [counting], isBackgroundOn: false, liveBus });
  served = await serveSubgraph(house.subgraph('notifications'), { port: 0, hostname: '127.0.0.1' });
});
afterAll(async () => {
  await served.stop();
  await house.stop();
});
beforeEach(() => {
  version = 1;
  isBroken = false;
  contexts.clear();
});

const query = 'subscription ($after: String) { notificationReceived(after: $after) { cursor isSnapshot unreadCount } }';

function grow(viewer: Viewer, to: number): void {
  version = to;
  liveBus.publish(liveTopic(viewer.tenantId ?? '', ['inbox', viewer.actor.id ?? 'nobody']), { version: to });
}

const signed = (viewer: Viewer, variables: Record<string, unknown>): string =>
  house.contextSigner.sign({ viewer, subgraph: 'notifications', body: { query, variables } });

type Watch = AsyncIterableIterator<ExecutionResult>;

/** Both ways to reach a subscription have to hold the same. */
const ways: Record<
  string,
  () => { open(viewer: Viewer, after: string | null, context?: string): Promise<Watch>; end(): void }
> = {
  'in process': () => ({
    async open(viewer, after, context) {
      const variables = { after };
      const request = { query, variables, context: context ?? signed(viewer, variables) };
      const opened = await house.subgraph('notifications').subscribe(request);
      if (Symbol.asyncIterator in opened) return opened;
      return (async function* () {
        yield opened;
      })();
    },
    end: () => undefined,
  }),
  'over graphql-ws': () => {
    const client: Client = createClient({
      url: `ws://127.0.0.1:${served.port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    return {
      async open(viewer, after, context) {
        const variables = { after };
        const extensions = { context: context ?? signed(viewer, variables) };
        // The client's type of results is graphql-js's, without its class of errors.
        return client.iterate({ query, variables, extensions }) as unknown as Watch;
      },
      end: () => void client.dispose(),
    };
  },
};

const told = ({ value }: IteratorResult<ExecutionResult>) => value?.data?.['notificationReceived'];

describe.each(Object.keys(ways))('a subscription %s', (name) => {
  const viewer = (): Viewer => aViewer({ type: 'CUSTOMER' });
  const way = () => ways[name]?.() ?? expect.fail('a way by this name');

  test('sends its state, then every change, each resolved with a context of its own', async () => {
    const [ada, reach] = [viewer(), way()];
    const updates = await reach.open(ada, null);
    const first = told(await updates.next());

    grow(ada, 3);

    expect(first).toMatchObject({ isSnapshot: true, unreadCount: 1 });
    expect(told(await updates.next())).toMatchObject({ isSnapshot: false, unreadCount: 2 });
    expect(told(await updates.next())).toMatchObject({ isSnapshot: false, unreadCount: 3 });
    expect(contexts.size).toBe(3);
    await updates.return?.();
    await waitFor(() => liveBus.topics === 0);
    const resumed = await reach.open(ada, first.cursor);
    expect(told(await resumed.next())).toMatchObject({ isSnapshot: false, unreadCount: 2 });
    await resumed.return?.();
    reach.end();
    await waitFor(() => liveBus.topics === 0);
  });

  test('is refused without a signed context, with one of another operation, and to whom it is not for', async () => {
    const [ada, reach] = [viewer(), way()];
    const staff = aViewer({ scopes: ['read_notifications'] });
    const codes: unknown[] = [];
    for (const [caller, context] of [
      [ada, ''],
      [ada, signed(ada, { after: 'other' })],
      [aViewer({ tenantId: null, type: 'ANONYMOUS' }), undefined],
      [aViewer({ scopes: [] }), undefined],
    ] as const) {
      const updates = await reach.open(caller, null, context);
      const { value } = await updates.next();
      codes.push(value?.errors?.[0]?.extensions?.['code']);
      await updates.return?.();
    }

    expect(codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED', 'FORBIDDEN']);
    const open = await reach.open(staff, null);
    expect(told(await open.next())).toMatchObject({ isSnapshot: true });
    await open.return?.();
    reach.end();
    await waitFor(() => liveBus.topics === 0);
  });

  test('ends with a masked error when its source fails', async () => {
    const [ada, reach] = [viewer(), way()];
    const updates = await reach.open(ada, null);
    await updates.next();

    isBroken = true;
    grow(ada, 2);

    const { value } = await updates.next();
    expect(value?.errors?.[0]).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(JSON.stringify(value)).not.toContain('10.0.0.7');
    expect((await updates.next()).done).toBe(true);
    expect(house.logged.some((line) => line.includes('10.0.0.7'))).toBe(true);
    reach.end();
    await waitFor(() => liveBus.topics === 0);
  });
});

test('only subscriptions come over a socket', async () => {
  const client = createClient({
    url: `ws://127.0.0.1:${served.port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });

  const asked = client.iterate({ query: '{ notificationTemplates { id } }' });

  await expect(asked.next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  await client.dispose();
});

test('a topic of one tenant is not heard by another', async () => {
  const [ada, rival] = [aViewer({ type: 'CUSTOMER' }), aViewer({ type: 'CUSTOMER' })];
  const sameId = { ...rival, actor: ada.actor, requestId: newId() };
  const updates = await house.subscribe('notifications', sameId, query, { after: null });
  await updates.next();
  const next = updates.next();

  version = 2;
  grow(ada, 2);
  grow(sameId, 3);

  expect(told(await next)).toMatchObject({ unreadCount: 2 });
  await updates.return?.();
});
