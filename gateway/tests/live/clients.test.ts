import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createSseClient } from 'graphql-sse';
import { describe, expect, it } from 'vitest';
import { acme, aLiveGateway, ada, until, type LiveGateway } from './live-gateway.ts';

const query =
  'subscription($id: ID!, $after: String) { shipmentUpdated(shipmentId: $id, after: $after) { cursor shipment { version order { status } } } }';
const updateOf = (version: number) => ({
  shipmentUpdated: { cursor: `1:${version}`, shipment: { version, order: { status: 'NEW' } } },
});

describe('Apollo Client over GraphQLWsLink', () => {
  it('follows a subscription, and runs queries and mutations on the same socket', async () => {
    await using live = await aLiveGateway('in process');
    const link = new GraphQLWsLink(live.client());
    const apollo = new ApolloClient({ link, cache: new InMemoryCache() });
    const seen: unknown[] = [];
    const following = apollo
      .subscribe({ query: gql(query), variables: { id: '1' } })
      .subscribe(({ data }) => seen.push(data));

    await until('the snapshot came', () => seen.length === 1);
    const { data } = await apollo.mutate({ mutation: gql('mutation { shipmentMove(shipmentId: "1") }') });
    expect(data).toEqual({ shipmentMove: 2 });
    await until('the change came', () => seen.length === 2);
    expect(seen[1]).toMatchObject({ shipmentUpdated: { cursor: '1:2', shipment: { version: 2 } } });
    const answer = await apollo.query({ query: gql('{ order(id: "o1") { id total } }') });
    expect(answer.data).toMatchObject({ order: { total: 100 } });

    following.unsubscribe();
    await until('the stream is closed', () => live.world.streams.open === 0);
    apollo.stop();
  });
});

describe('graphql-sse', () => {
  const sseClient = (live: LiveGateway, path: string) =>
    createSseClient({
      url: `${live.url}${path}`,
      headers: () => ({ authorization: `Bearer ${live.tokenOf()}` }),
      retryAttempts: 500,
      retry: () => new Promise((resolve) => setTimeout(resolve, 10)),
    });

  it.each(['/graphql', '/graphql/stream'])('follows a subscription at %s until it leaves', async (path) => {
    await using live = await aLiveGateway('in process');
    const client = sseClient(live, path);
    const events = client.iterate({ query, variables: { id: '1' } });
    expect((await events.next()).value).toEqual({ data: updateOf(1) });
    live.world.move(acme, '1');
    expect((await events.next()).value).toEqual({ data: updateOf(2) });
    expect(live.gateway.metrics().subscriptionsActive).toEqual(
      new Map([['field="shipmentUpdated",transport="graphql-sse"', 1]]),
    );
    await events.return?.();
    await until('the stream is closed', () => live.world.streams.open === 0);
    client.dispose();
  });

  it('is told when a subscription is complete, and of errors', async () => {
    await using live = await aLiveGateway('in process');
    const client = sseClient(live, '/graphql');
    const counts: unknown[] = [];
    for await (const { data } of client.iterate({ query: 'subscription { counted(to: 2) }' })) counts.push(data);
    expect(counts).toEqual([{ counted: 1 }, { counted: 2 }]);
    const once = client.iterate({ query: '{ order(id: "o1") { total } }' });
    expect((await once.next()).value).toMatchObject({ data: { order: { total: 100 } } });
    client.dispose();
  });

  it('connects again when the stream ends without a word', async () => {
    await using live = await aLiveGateway('in process');
    const client = sseClient(live, '/graphql');
    const events = client.iterate({ query, variables: { id: '1' } });
    await events.next();
    live.gateway.onRevoked({ tenantId: acme, actorId: ada });
    expect((await events.next()).value).toEqual({ data: updateOf(1) });
    expect(live.gateway.metrics().ends.get('token_expired')).toBe(1);
    client.dispose();
  });

  it('refuses before the stream begins with a status and GraphQL errors', async () => {
    await using live = await aLiveGateway('in process');
    const ask = async (body: object, headers: Record<string, string>) => {
      const response = await fetch(`${live.url}/graphql`, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    const token = { authorization: `Bearer ${live.tokenOf()}` };
    expect(await ask({ query }, {})).toMatchObject([401, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    expect(await ask({ query: 'subscription { nothing }' }, token)).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
    expect(await ask({ query: '{ nothing }' }, token)).toMatchObject([400, { errors: [{}] }]);
    expect(live.gateway.held()).toEqual({ cohorts: 0, quotas: 0, timers: 0, tenants: 0 });
  });
});

describe('an event stream', () => {
  /** Reads a stream line by line. */
  async function linesOf(live: LiveGateway, headers: Record<string, string> = {}) {
    const leaving = new AbortController();
    const search = new URLSearchParams({ query, variables: JSON.stringify({ id: '1' }) });
    const response = await fetch(`${live.url}/graphql/stream?${search}`, {
      headers: { authorization: `Bearer ${live.tokenOf()}`, ...headers },
      signal: leaving.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      response,
      leave: () => leaving.abort(),
      /** The next event with its fields, or comment. */
      async next(): Promise<string> {
        while (!text.includes('\n\n')) {
          const { value, done } = (await reader?.read()) ?? { done: true };
          if (done) throw new Error('The stream ended.');
          text += value;
        }
        const end = text.indexOf('\n\n');
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        return event;
      },
    };
  }

  it('carries cursors as ids, says when to come back, and goes on behind the last id', async () => {
    await using live = await aLiveGateway('in process');
    const first = await linesOf(live);
    expect(first.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await first.next()).toBe('retry: 2000');
    expect(await first.next()).toBe(`id: 1:1\nevent: next\ndata: ${JSON.stringify({ data: updateOf(1) })}`);
    first.leave();
    live.world.move(acme, '1');
    live.world.move(acme, '1');

    const second = await linesOf(live, { 'last-event-id': '1:1' });
    await second.next();
    expect(await second.next()).toContain('id: 1:2\n');
    expect(await second.next()).toContain('id: 1:3\n');
    second.leave();
  });

  it('is kept alive by comments', async () => {
    await using live = await aLiveGateway('in process', { liveLimits: { pingMs: 50 } });
    const stream = await linesOf(live);
    await stream.next();
    await stream.next();
    expect(await stream.next()).toBe(':');
    stream.leave();
  });
});
