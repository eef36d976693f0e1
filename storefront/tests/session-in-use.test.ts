import { describe, expect, test } from 'vitest';
import { authorisedFetch } from '../src/api/authorised-fetch.ts';
import { createSocketSession } from '../src/api/socket-session.ts';
import type { Token } from '../src/session/token.ts';

const aToken = (text: string): Token => ({
  text,
  subject: 's1',
  name: null,
  isCustomer: false,
  merchantId: 'm1',
  issuedAtMs: 0,
  expiresAtMs: 1,
});

/** A keeper that does as it is told, and tells what it was told. */
function aKeeper() {
  const told: string[] = [];
  const listeners = new Set<() => void>();
  const keeper = {
    token: aToken('first'),
    told,
    /** What `doubt` finds. */
    next: null as Token | null,
    fresh: async () => keeper.token,
    async doubt({ text }: Token) {
      told.push(`doubt ${text}`);
      keeper.token = keeper.next ?? keeper.token;
    },
    deny: ({ text }: Token) => void told.push(`deny ${text}`),
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    renew(text: string) {
      keeper.token = aToken(text);
      for (const listener of listeners) listener();
    },
  };
  return keeper;
}

describe('a request', () => {
  /** A server that takes the tokens that are named. */
  function aServer(...taken: string[]) {
    const sent: string[] = [];
    const send = async (_input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const authorization = new Headers(init?.headers).get('authorization') ?? '';
      sent.push(`${String(init?.body)} ${authorization}`);
      return new Response('{}', { status: taken.includes(authorization.slice('Bearer '.length)) ? 200 : 401 });
    };
    return { sent, send };
  }

  test('carries the token of the moment', async () => {
    const [keeper, { sent, send }] = [aKeeper(), aServer('first', 'second')];
    const ask = authorisedFetch(keeper, send);
    await ask('/graphql', { body: 'a' });
    keeper.renew('second');
    await ask('/graphql', { body: 'b' });

    expect(sent).toEqual(['a Bearer first', 'b Bearer second']);
    expect(keeper.told).toEqual([]);
  });

  test('that is refused is made once more, with the token that came of the doubt', async () => {
    const [keeper, { sent, send }] = [aKeeper(), aServer('second')];
    keeper.next = aToken('second');

    expect((await authorisedFetch(keeper, send)('/graphql', { body: 'a' })).status).toBe(200);
    expect(sent).toEqual(['a Bearer first', 'a Bearer second']);
    expect(keeper.told).toEqual(['doubt first']);
  });

  test('that is refused twice is not made a third time', async () => {
    const [keeper, { sent, send }] = [aKeeper(), aServer()];

    expect((await authorisedFetch(keeper, send)('/graphql', { body: 'a' })).status).toBe(401);
    expect(sent).toHaveLength(2);
    expect(keeper.told).toEqual(['doubt first', 'deny first']);
  });
});

describe('a socket', () => {
  /** A socket of a session, and what was sent over it. */
  function aSocket(keeper = aKeeper()) {
    const sent: unknown[] = [];
    const session = createSocketSession(keeper);
    const socket = { send: (message: unknown) => void sent.push(JSON.parse(String(message))) };
    return { keeper, sent, session, connect: () => session.connected(socket) };
  }
  const pinged = (text: string) => ({ type: 'ping', payload: { authorization: `Bearer ${text}` } });

  test('is told each newer token in a ping, once', async () => {
    const { keeper, sent, session, connect } = aSocket();
    expect(await session.connectionParams()).toEqual({ authorization: 'Bearer first' });
    connect();
    keeper.renew('first');
    expect(sent).toEqual([]);
    keeper.renew('second');
    keeper.renew('second');

    expect(sent).toEqual([pinged('second')]);
  });

  test('that was being connected meanwhile is told it then', async () => {
    const { keeper, sent, session, connect } = aSocket();
    await session.connectionParams();
    keeper.renew('second');
    expect(sent).toEqual([]);
    connect();

    expect(sent).toEqual([pinged('second')]);
  });

  test('that is closed is told nothing; the next connection begins with the token that is there by then', async () => {
    const { keeper, sent, session, connect } = aSocket();
    await session.connectionParams();
    connect();
    session.closed(1012);
    keeper.renew('second');
    expect(await session.connectionParams()).toEqual({ authorization: 'Bearer second' });
    connect();

    expect(sent).toEqual([]);
    expect(keeper.told).toEqual([]);
  });

  test('that is refused twice in a row has no way back; one that stood in between is at its first refusal', async () => {
    const { keeper, session, connect } = aSocket();
    for (const stands of [true, true, false]) {
      await session.connectionParams();
      if (stands) connect();
      session.closed(4403);
    }

    expect(keeper.told).toEqual(['doubt first', 'doubt first', 'deny first', 'doubt first']);
  });
});
