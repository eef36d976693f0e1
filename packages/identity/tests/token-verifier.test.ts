import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import { expect, test } from 'vitest';
import {
  createTokenIssuer,
  createTokenVerifier,
  generateSigningKey,
  type IssuedClaims,
  type SigningJwk,
} from '../src/index.ts';

const issuer = 'https://sign-in.example';
const audience = 'ordergraph';
const merchant = '0193a1b2-0000-7000-8000-000000000001';
const subject = '0193a1b2-0000-7000-8000-0000000000aa';
const staff: IssuedClaims = {
  subject,
  actorType: 'STAFF',
  merchants: [merchant],
  scopes: ['read_orders', 'write_orders'],
  name: 'Ana',
};

const key = generateSigningKey();
const tokens = createTokenIssuer({ issuer, audience, privateKeyJwk: key });
const verifier = createTokenVerifier({ issuers: [{ issuer, audience, jwks: tokens.jwks() }] });

const minuteMs = 60_000;
const start = 1_800_000_000_000;

/** An issuer behind an address, whose keys can rotate and whose server can be down. */
function playedIssuer(): {
  clock: { nowMs: number };
  server: { keys: SigningJwk[]; isDown: boolean; fetches: number };
  verifier: ReturnType<typeof createTokenVerifier>;
  token(by?: SigningJwk, scopes?: string[]): string;
} {
  const clock = { nowMs: start };
  const server = { keys: [key], isDown: false, fetches: 0 };
  const fetchJwks = async (): Promise<JSONWebKeySet> => {
    server.fetches++;
    if (server.isDown) throw new Error('connection refused');
    return { keys: server.keys.map(({ d: _secret, ...publicHalf }) => publicHalf) };
  };
  return {
    clock,
    server,
    verifier: createTokenVerifier({
      issuers: [{ issuer, audience, jwksUrl: 'https://sign-in.example/jwks' }],
      clock: () => clock.nowMs,
      fetchJwks,
    }),
    token: (by = key, scopes = []) =>
      createTokenIssuer({ issuer, audience, privateKeyJwk: by, clock: () => clock.nowMs }).issue(
        { ...staff, scopes },
        3600,
      ),
  };
}

test('reads what a token grants', async () => {
  const claims = await verifier.verify(tokens.issue(staff, 60));

  expect(claims).toMatchObject(staff);
  expect(claims.expiresAt).toBeGreaterThan(Date.now() / 1000);
});

test('accepts ES256 and RS256 of an issuer, but no algorithm outside the list', async () => {
  const outcomes: Record<string, string> = {};
  for (const alg of ['ES256', 'RS256', 'PS256', 'ES384']) {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg };
    const ofIssuer = createTokenVerifier({ issuers: [{ issuer, audience, jwks: { keys: [jwk] } }] });
    const token = await new SignJWT({ actor_type: 'APP', merchants: [merchant], scope: '' })
      .setProtectedHeader({ alg, kid: 'k' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setExpirationTime('1m')
      .sign(privateKey);
    outcomes[alg] = await ofIssuer.verify(token).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  }

  expect(outcomes).toEqual({
    ES256: 'accepted',
    RS256: 'accepted',
    PS256: expect.stringContaining('not signed with one of EdDSA, ES256, RS256'),
    ES384: expect.stringContaining('not signed with one of EdDSA, ES256, RS256'),
  });
});

test('refuses a token without a signature or with a symmetric one', async () => {
  const [, payload] = tokens.issue(staff, 60).split('.');
  const header = (alg: string) => Buffer.from(JSON.stringify({ alg, kid: key.kid })).toString('base64url');
  const symmetric = await new SignJWT({ actor_type: 'STAFF' })
    .setProtectedHeader({ alg: 'HS256', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setExpirationTime('1m')
    .sign(Buffer.from(key.x));

  for (const token of [`${header('none')}.${payload}.`, `${header('EdDSA')}.${payload}.`, symmetric])
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test.each([
  ['another issuer', { issuer: 'https://elsewhere.example', audience }, /not trusted/],
  ['another audience', { issuer, audience: 'another-api' }, /claim "aud"/],
])('refuses a token of %s', async (_case, from, reason) => {
  const token = createTokenIssuer({ ...from, privateKeyJwk: key }).issue(staff, 60);

  await expect(verifier.verify(token)).rejects.toThrow(reason);
});

test('refuses an expired token, with a minute of grace for clocks that differ', async () => {
  const { verifier: ofIssuer, clock, token } = playedIssuer();
  const issued = token();

  clock.nowMs = start + 3600_000 + 50_000;
  await expect(ofIssuer.verify(issued)).resolves.toMatchObject({ subject });
  clock.nowMs = start + 3600_000 + 70_000;
  await expect(ofIssuer.verify(issued)).rejects.toThrow(/expired/);
});

test('does not remember a token beyond its expiry', async () => {
  const clock = { nowMs: start };
  const at = () => clock.nowMs;
  const short = createTokenIssuer({ issuer, audience, privateKeyJwk: key, clock: at });
  const ofIssuer = createTokenVerifier({ issuers: [{ issuer, audience, jwks: short.jwks() }], clock: at });
  const issued = short.issue(staff, 1);
  clock.nowMs = start + 59_000;
  await ofIssuer.verify(issued);

  clock.nowMs = start + 62_000;
  await expect(ofIssuer.verify(issued)).rejects.toThrow(/expired/);
});

test('refuses a token that never expires', async () => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const ofIssuer = createTokenVerifier({
    issuers: [{ issuer, audience, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] } }],
  });
  const token = await new SignJWT({ actor_type: 'STAFF' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .sign(privateKey);

  await expect(ofIssuer.verify(token)).rejects.toThrow(/claim "exp"/);
});

test('refuses a token that is signed by an unknown key under a known key’s name', async () => {
  const impostor: SigningJwk = { ...generateSigningKey(), kid: key.kid };
  const token = createTokenIssuer({ issuer, audience, privateKeyJwk: impostor }).issue(staff, 60);

  await expect(verifier.verify(token)).rejects.toThrow(/signature that does not fit/);
});

test.each([
  ['sub', { subject: 'ana' }],
  ['merchants', { merchants: ['acme'] }],
  ['actor_type', { actorType: 'ROBOT' }],
])('names the claim %s when it is malformed', async (claim, wrong) => {
  // The wrong value is the point of the test, so the type has to be set aside.
  const token = tokens.issue({ ...staff, ...wrong } as IssuedClaims, 60);

  await expect(verifier.verify(token)).rejects.toThrow(`claim "${claim}"`);
});

test.each(['', 'x', 'a.b.c', 'x'.repeat(10_000)])('refuses what is no token', async (bearer) => {
  await expect(verifier.verify(bearer)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('fetches keys once for many callers at once', async () => {
  const { verifier: ofIssuer, server, token } = playedIssuer();
  const issued = Array.from({ length: 20 }, (_, index) => token(key, [`scope_${index}`]));

  await Promise.all(issued.map((bearer) => ofIssuer.verify(bearer)));

  expect(server.fetches).toBe(1);
});

test('finds a rotated key, and does not fetch for each unknown key that a stranger makes up', async () => {
  const { verifier: ofIssuer, server, clock, token } = playedIssuer();
  await ofIssuer.verify(token());
  clock.nowMs += minuteMs;
  const rotated = generateSigningKey();
  server.keys = [key, rotated];

  await expect(ofIssuer.verify(token(rotated))).resolves.toMatchObject({ subject });
  for (let attempt = 0; attempt < 50; attempt++)
    await expect(ofIssuer.verify(token(generateSigningKey()))).rejects.toThrow(/does not publish/);

  expect(server.fetches).toBe(2);
});

test('keeps verifying with the keys it has while the issuer is down, and recovers', async () => {
  const { verifier: ofIssuer, server, clock, token } = playedIssuer();
  await ofIssuer.verify(token());
  server.isDown = true;

  clock.nowMs += 60 * minuteMs;
  await expect(ofIssuer.verify(token())).resolves.toMatchObject({ subject });

  server.isDown = false;
  server.keys = [generateSigningKey()];
  clock.nowMs += minuteMs;
  await expect(ofIssuer.verify(token())).rejects.toThrow(/does not publish/);
});

test('says that keys cannot be fetched when the issuer was down from the start', async () => {
  const { verifier: ofIssuer, server, token, clock } = playedIssuer();
  server.isDown = true;

  await expect(ofIssuer.verify(token())).rejects.toMatchObject({
    code: 'ISSUER_UNAVAILABLE',
    message: expect.stringContaining('keys cannot be fetched'),
  });

  server.isDown = false;
  clock.nowMs += 2_000;
  await expect(ofIssuer.verify(token())).resolves.toMatchObject({ subject });
});

test('does not call a token bad that names a key which nobody can look for at the moment', async () => {
  const { verifier: ofIssuer, server, token, clock } = playedIssuer();
  await ofIssuer.verify(token());
  const rotated = generateSigningKey();
  server.isDown = true;
  clock.nowMs += minuteMs;

  for (let attempt = 0; attempt < 2; attempt++)
    await expect(ofIssuer.verify(token(rotated))).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });

  server.isDown = false;
  server.keys = [rotated];
  clock.nowMs += minuteMs;
  await expect(ofIssuer.verify(token(rotated))).resolves.toMatchObject({ subject });
});
