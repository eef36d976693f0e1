import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';

/** Finds the key that a token names. */
export type KeyLookup = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

const freshMs = 10 * 60_000;
const betweenFetchesMs = 30_000;
const fetchTimeoutMs = 5_000;

/** How a key set is read from its address; replaceable so that an outage can be played. */
export type FetchJwks = (url: string) => Promise<JSONWebKeySet>;

/** A key set that stands in the configuration. */
export function fixedKeySet(jwks: JSONWebKeySet): KeyLookup {
  return createLocalJWKSet(jwks);
}

/**
 * A key set behind an address: one fetch at a time, kept for ten minutes, kept longer while the address does not answer,
 * and fetched at most twice a minute however many tokens name keys that it does not hold.
 */
export function remoteKeySet(url: string, options: { clock: () => number; fetchJwks?: FetchJwks }): KeyLookup {
  const { clock, fetchJwks = fetchOverHttp } = options;
  let known: KeyLookup | undefined;
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let underway: Promise<void> | undefined;
  let failure: unknown;

  const refresh = (): Promise<void> => {
    underway ??= load().finally(() => (underway = undefined));
    return underway;
  };
  const load = async (): Promise<void> => {
    triedAt = clock();
    try {
      known = createLocalJWKSet(await fetchJwks(url));
      failure = undefined;
    } catch (error) {
      failure = error;
      throw error;
    }
    fetchedAt = clock();
  };
  // Without any key a caller waits for the fetch and fails with it, so a short outage at start is not made longer.
  const mayFetch = (): boolean => underway !== undefined || clock() - triedAt >= (known ? betweenFetchesMs : 1_000);

  return async (header, token) => {
    if (!known) {
      if (!mayFetch()) throw new errors.JWKSTimeout('the key set could not be fetched a moment ago');
      await refresh();
    } else if (clock() - fetchedAt >= freshMs && mayFetch()) await refresh().catch(() => {});
    if (!known) throw new errors.JWKSInvalid('no key set');
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // A key that is not known may be a newer one: nobody can say while the address does not answer.
      if (mayFetch()) await refresh();
      else throw failure ?? error;
      return known(header, token);
    }
  };
}

async function fetchOverHttp(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (!response.ok) throw new Error(`The key set at ${url} answered ${response.status}.`);
  // The shape is checked by createLocalJWKSet, which throws on anything else.
  return (await response.json()) as JSONWebKeySet;
}
