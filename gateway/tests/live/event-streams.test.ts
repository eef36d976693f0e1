import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createTokenIssuer, generateSigningKey } from '@ordergraph/identity';
import { expect, it } from 'vitest';
import { acme, ada, aLiveGateway, until, type LiveGateway } from './live-gateway.ts';

const nothing = { cohorts: 0, quotas: 0, timers: 0, tenants: 0 };
const narrow = 'subscription { shipmentUpdated(shipmentId: "1") { cursor } }';

/** The request for an event stream, sent by a client that never reads. */
async function anUnread(live: LiveGateway, query: string, token = live.tokenOf()) {
  const socket = connect(Number(new URL(live.url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const body = JSON.stringify({ query });
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

/** The responses of this process's servers, in the order in which they were begun. */
function watchedResponses() {
  const seen: ServerResponse[] = [];
  const note = (message: unknown): void => void seen.push((message as { response: ServerResponse }).response);
  subscribe('http.server.request.start', note);
  return { seen, [Symbol.dispose]: () => void unsubscribe('http.server.request.start', note) };
}

it.each(['rights are taken away', 'the token expires'])(
  'one whose client reads nothing is gone soon after %s, and takes the process with it in no case',
  async (how) => {
    const roomy = { rates: false, limits: { bodyBytes: 1e6 }, liveLimits: { pingMs: 50 } } as const;
    await using live = await aLiveGateway('in process', roomy);
    using responses = watchedResponses();
    const wide = `subscription { shipmentUpdated(shipmentId: "1") { cursor ${Array.from({ length: 4 }, (_, at) => `a${at}_${'x'.repeat(2_000)}: isSnapshot`).join(' ')} } }`;
    const seconds = how === 'the token expires' ? 8 : 600;
    const client = await anUnread(live, wide, live.tokenOf({}, seconds));
    await until('it is open', () => live.gateway.metrics().socketsActive === 1);
    const response = responses.seen[0];
    // Something waits for the network, and not so much that the stream would wait for it too.
    const isBehind = (): boolean => (response?.socket?.writableLength ?? 0) > 0;
    for (let at = 0; !isBehind(); at++) {
      if (at > 20_000) throw new Error('A network takes everything.');
      const sent = live.gateway.metrics().eventToSocket.count;
      live.world.move(acme, '1');
      await until('the event was written', () => isBehind() || live.gateway.metrics().eventToSocket.count > sent);
    }
    if (how === 'rights are taken away') live.gateway.onRevoked({ tenantId: acme, actorId: ada });
    await until('it has ended', () => live.gateway.metrics().ends.get('token_expired') === 1);
    await until('nothing is held for it', () => live.gateway.held().quotas + live.gateway.held().timers === 0, 4_000);
    expect(live.gateway.metrics().socketsActive).toBe(0);
    client.destroy();
  },
  60_000,
);

it('a client that hangs up while its token is looked at leaves nothing behind', async () => {
  const issuer = createTokenIssuer({
    issuer: 'https://slow.example',
    audience: 'ordergraph',
    privateKeyJwk: generateSigningKey(),
  });
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const keys = createServer((_request, response) => {
    asked.resolve();
    void answer.promise.then(() => response.end(JSON.stringify(issuer.jwks())));
  }).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  const address = keys.address();
  const jwksUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  await using live = await aLiveGateway('in process', {
    issuers: [{ issuer: 'https://slow.example', audience: 'ordergraph', jwksUrl }],
  });
  using responses = watchedResponses();
  const token = issuer.issue({ subject: ada, actorType: 'STAFF', merchants: [acme], scopes: ['read_shipping'] }, 600);
  const client = await anUnread(live, narrow, token);
  await asked.promise;
  const response = responses.seen[0];
  client.destroy();
  await until('it has hung up', () => response?.destroyed === true);
  answer.resolve();
  // Whoever comes next finds the keys there; the one before is through by then.
  const next = await fetch(`${live.url}/graphql/stream?query=${encodeURIComponent(narrow)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await next.body?.cancel();
  await until('its place is free', () => live.gateway.held().quotas === 0, 2_000);
  await until('nothing is held', () => Object.values(live.gateway.held()).every((count) => count === 0), 4_000);
  keys.close();
});

it('rights that are taken away while it is being opened open nothing', async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using live = await aLiveGateway('in process', {
    wrap(name, client) {
      if (name !== 'shipping') return client;
      const subscribeLater: typeof client.subscribe = async (request) => {
        asked.resolve();
        await answer.promise;
        return client.subscribe?.(request) ?? { errors: [] };
      };
      return { ...client, subscribe: subscribeLater };
    },
  });
  const opening = fetch(`${live.url}/graphql/stream?query=${encodeURIComponent(narrow)}`, {
    headers: { authorization: `Bearer ${live.tokenOf()}` },
  });
  await asked.promise;
  live.gateway.onRevoked({ tenantId: acme, actorId: ada });
  const refused = await opening;
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  answer.resolve();
  await until('what was opened since is closed', () => live.world.streams.ever === 1 && live.world.streams.open === 0);
  await until('nothing is held', () => Object.values(live.gateway.held()).every((count) => count === 0));
  expect(live.gateway.held()).toEqual(nothing);
});
