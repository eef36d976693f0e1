import type { Asked } from './after-sale.ts';

/** One who asks a house over HTTP, as whichever of its demo users. */
export interface HouseClient extends Asked {
  /** The token of a demo user, by kind. Throws when there is none. */
  token(kind: string): string;
}

interface DemoUser {
  readonly kind: string;
  readonly token: string;
}

const patienceMs = 15_000;

/** Reads the demo users that a running house shows on its page. */
export async function openHouseClient(url: string): Promise<HouseClient> {
  // What the page lists.
  const users = (await (await fetch(`${url}/sign-in/tokens.json`)).json()) as readonly DemoUser[];
  return {
    token(kind) {
      const user = users.find((candidate) => candidate.kind === kind);
      if (user) return user.token;
      throw new Error(`There is no demo user ${kind}; there are ${users.map((known) => known.kind).join(', ')}.`);
    },
    async ask<Data>(token: string, query: string, variables: Record<string, unknown> = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(patienceMs),
      });
      // Tests know what they selected.
      const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
      if (errors || !data) throw new Error(JSON.stringify({ query, variables, errors }));
      return data;
    },
  };
}
