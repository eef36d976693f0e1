import { expect, it } from 'vitest';
import { aLiveGateway, type LiveGateway } from './live-gateway.ts';
import { rawSocket } from './raw-socket.ts';

const query = '{ order(id: "o1") { total } }';
const data = { order: { total: 100 } };
const overloaded = { extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } };

function post(live: LiveGateway, accept: string): Promise<Response> {
  return fetch(`${live.url}/graphql`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${live.tokenOf()}` },
    body: JSON.stringify({ query }),
  });
}

const ways = {
  'a request': async (live: LiveGateway): Promise<unknown> => (await post(live, 'application/json')).json(),
  'an event stream': async (live: LiveGateway): Promise<unknown> => {
    const response = await post(live, 'text/event-stream');
    const text = await response.text();
    return JSON.parse(response.ok ? (/^data: (.+)$/m.exec(text)?.[1] ?? '') : text);
  },
  'a socket': async (live: LiveGateway): Promise<unknown> => {
    using socket = await rawSocket(live.socketUrl, { token: live.tokenOf() });
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    const { type, payload } = await socket.next();
    return type === 'error' ? { errors: payload } : payload;
  },
};

it.each(Object.keys(ways) as (keyof typeof ways)[])(
  'an operation over %s takes its part of what may be under way, and is refused like any other',
  async (way) => {
    let gate = Promise.withResolvers<void>();
    let isAsked = Promise.withResolvers<void>();
    await using live = await aLiveGateway('in process', {
      maxInFlight: 1,
      wrap: (name, client) =>
        name === 'orders'
          ? {
              ...client,
              async process(fetching) {
                isAsked.resolve();
                await gate.promise;
                return client.process(fetching);
              },
            }
          : client,
    });
    for (const [name, ask] of Object.entries(ways)) {
      gate = Promise.withResolvers();
      isAsked = Promise.withResolvers();
      const first = ways[way](live);
      await isAsked.promise;
      expect(await ask(live), name).toMatchObject({ errors: [overloaded] });
      gate.resolve();
      expect(await first).toMatchObject({ data });
      expect(await ask(live), name).toMatchObject({ data });
    }
  },
);
